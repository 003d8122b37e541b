import type { Job, JobEvent, JobEventType, PowerResult } from '@resole/protocol';
import { expect, test } from 'vitest';
import type { Happening } from '../jobs/record.ts';
import { makeJob } from '../jobs/testing.ts';
import { alterations } from '../plan/alterations.ts';
import { type RescueDeps, rescue, rescueOf } from './rescue.ts';
import { Rescues } from './rescues.ts';

const stalled = (
  kind: Job['kind'],
  planned: Job['plan']['alterations'],
  ...types: JobEventType[]
): Job => {
  const job = makeJob({ kind, state: 'stalled' });
  const all: JobEventType[] = types.includes('hand-over-failed')
    ? types
    : ['deadline-passed', ...types];
  const events = all.map((type) => ({ type }) as JobEvent);
  const error = { code: 'program-failed', message: 'it does not go down' } as const;
  return { ...job, events, error, plan: { ...job.plan, kind, alterations: planned } };
};

const byIpmi = { bmc: 'ipmi', wanted: true } as const;
const reboot = alterations.reboot(byIpmi);
const bootOnce = alterations['reinstall by agent']('reboot', 'ipmi');
const policy = alterations['stalled installer']('ipmi');

test('who helps a stalled job, and when nobody may', () => {
  const instead = { driver: 'ipmi', why: 'in place of the agent' } as const;
  const cases: [Job, ReturnType<typeof rescueOf>][] = [
    [stalled('reboot', reboot), { action: 'cycle', ...instead }],
    [stalled('shutdown', alterations.shutdown(byIpmi)), { action: 'off', ...instead }],
    [stalled('reinstall', bootOnce), { action: 'cycle', ...instead }],
    // The disk may be half written: only who says so in the profile wants that.
    [stalled('reinstall', bootOnce, 'answer-file-fetched'), undefined],
    [
      stalled('reinstall', [...bootOnce, ...policy], 'answer-file-fetched'),
      { action: 'cycle', why: 'as the policy says' },
    ],
    [stalled('reinstall', alterations['reinstall by agent']('kexec', 'ipmi')), undefined],
    [stalled('reboot', alterations.reboot({ ...byIpmi, wanted: false })), undefined],
    [stalled('reboot', reboot, 'power-cycled'), undefined],
    [stalled('reboot', reboot, 'power-failed'), undefined],
    [{ ...stalled('reboot', reboot), state: 'handing-over' }, undefined],
    // An installer that says that it failed is alive, and brings its machine back itself.
    [stalled('reinstall', policy, 'installer-failed'), undefined],
    [
      stalled('reinstall', policy, 'installer-failed', 'installer-progress', 'deadline-passed'),
      { action: 'cycle', why: 'as the policy says' },
    ],
  ];
  for (const [job, expected] of cases) expect(rescueOf(job)).toEqual(expected);
});

/** A job and a power system, and what they are told. */
const world = (job: Job, result: Partial<PowerResult> = {}) => {
  const events: Happening[] = [];
  const orders: unknown[] = [];
  const end = new AbortController();
  let now = job;
  const deps: RescueDeps = {
    order: async (_, action, driver, due) => {
      if (await due()) orders.push([action, driver]);
      return { driver: 'ipmi', reasons: [], ...result } as unknown as PowerResult;
    },
    job: async () => now,
    happen: async (_, event) => {
      events.push(event);
      now = { ...now, events: [...now.events, event as JobEvent] };
      return now;
    },
    signal: end.signal,
  };
  const types = () => events.map(({ type }) => type);
  const become = (changes: Partial<Job>) => {
    now = { ...now, ...changes };
  };
  return { deps, events, orders, end, types, become };
};

const told = async (job: Job, result: Partial<PowerResult>) => {
  const { deps, events, orders } = world(job, result);
  await rescue(deps, job.id);
  return { events, orders };
};

test('the job is told who did it, and in whose place', async () => {
  expect(await told(stalled('reboot', reboot, 'hand-over-failed'), {})).toEqual({
    orders: [['cycle', 'ipmi']],
    events: [
      {
        type: 'step-started',
        message: 'power cycle, in place of the agent: it does not go down',
      },
      { type: 'power-cycled', message: 'by ipmi' },
    ],
  });
  const off = await told(stalled('shutdown', alterations.shutdown(byIpmi)), {});
  expect(off.events.map(({ type }) => type)).toEqual(['step-started', 'completed']);
});

test('where the BMC fails too the job ends, unless its machine may yet be heard of', async () => {
  const error = { code: 'power-unreachable', message: 'bmc1 does not answer' } as const;
  const failed = await told(stalled('reboot', reboot, 'hand-over-failed'), { error });
  expect(failed.events.map(({ type }) => type)).toEqual([
    'step-started',
    'power-failed',
    'step-failed',
  ]);
  const silent = await told(stalled('reboot', reboot), { error });
  expect(silent.events.map(({ type }) => type)).toEqual(['step-started', 'power-failed']);
});

test('a job that is helped twice at once, or again, has its machine cycled once', async () => {
  const job = stalled('reboot', reboot);
  const { deps, orders, types } = world(job);
  const order = Promise.withResolvers<void>();
  const slow = {
    ...deps,
    order: (...all: Parameters<RescueDeps['order']>) =>
      order.promise.then(() => deps.order(...all)),
  };
  const rescues = new Rescues({ ...slow, log: () => {} });
  rescues.help(job.id);
  await new Promise((resolve) => setImmediate(resolve));
  rescues.help(job.id);
  order.resolve();
  await rescues.settled();
  rescues.help(job.id);
  await rescues.settled();
  expect(orders).toEqual([['cycle', 'ipmi']]);
  expect(types()).toEqual(['step-started', 'power-cycled']);
});

test('a machine that is back before its turn comes is left alone', async () => {
  const job = stalled('reboot', reboot);
  const { deps, orders, types, become } = world(job);
  const late: RescueDeps = {
    ...deps,
    order: (...all) => {
      become({ state: 'returned' });
      return deps.order(...all);
    },
  };
  await rescue(late, job.id);
  expect(orders).toEqual([]);
  expect(types()).toEqual(['step-started']);
});

test('what the end of the controller cuts off is done by the next one', async () => {
  const job = stalled('reboot', reboot, 'hand-over-failed');
  const error = { code: 'internal', message: 'the controller is closing' } as const;
  const { deps, end, types } = world(job, { error });
  const cut: RescueDeps = {
    ...deps,
    order: (...all) => {
      end.abort();
      return deps.order(...all);
    },
  };
  await rescue(cut, job.id);
  await rescue(deps, job.id);
  expect(types()).toEqual(['step-started']);
  const next: RescueDeps = {
    ...deps,
    signal: new AbortController().signal,
    order: async () => ({ driver: 'ipmi', reasons: [] }) as unknown as PowerResult,
  };
  await rescue(next, job.id);
  expect(types()).toEqual(['step-started', 'step-started', 'power-cycled']);
});

test('what was done before the controller ended is told', async () => {
  const job = stalled('reboot', reboot);
  const { deps, end, types } = world(job);
  const done: RescueDeps = {
    ...deps,
    order: (...all) => {
      end.abort();
      return deps.order(...all);
    },
  };
  await rescue(done, job.id);
  expect(types()).toEqual(['step-started', 'power-cycled']);
});

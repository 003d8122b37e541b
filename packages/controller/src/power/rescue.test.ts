import type { Job, JobEvent, JobEventType, PowerResult } from '@resole/protocol';
import { expect, test } from 'vitest';
import type { Happening } from '../jobs/record.ts';
import { makeJob } from '../jobs/testing.ts';
import { alterations } from '../plan/alterations.ts';
import { rescue, rescueOf } from './rescue.ts';

const stalled = (
  kind: Job['kind'],
  planned: Job['plan']['alterations'],
  ...types: JobEventType[]
): Job => {
  const job = makeJob({ kind, state: 'stalled' });
  const events = types.map((type) => ({ type }) as JobEvent);
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
  ];
  for (const [job, expected] of cases) expect(rescueOf(job)).toEqual(expected);
});

const told = async (job: Job, result: Partial<PowerResult>) => {
  const events: Happening[] = [];
  const orders: unknown[] = [];
  await rescue(
    {
      order: async (_, ...order) => {
        orders.push(order);
        return { driver: 'ipmi', reasons: [], ...result } as unknown as PowerResult;
      },
      happen: async (_, event) => {
        events.push(event);
        return job;
      },
    },
    job,
  );
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

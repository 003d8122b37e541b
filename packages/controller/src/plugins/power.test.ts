import { type Job, ResoleError } from '@resole/protocol';
import { expect, test } from 'vitest';
import { inputOf } from '../inventory/patch.ts';
import { makeSystem } from '../power/testing.ts';
import type { EventFields } from './events.ts';
import { afterForgotten, aroundGuest } from './guests.ts';
import { afterJob, afterRetirement, beforeJob } from './jobs.ts';
import { aroundPower } from './power.ts';
import type { Triggers } from './triggers.ts';

const heard = (refuse = false) => {
  const events: [string, EventFields][] = [];
  const triggers: Triggers = {
    wants: () => true,
    before: async (subject, fields) => {
      events.push([`before-${subject}`, fields]);
      if (refuse) throw new ResoleError('refused-by-plugin', 'not now');
    },
    after: async (subject, fields) => void events.push([`after-${subject}`, fields]),
  };
  return { events, triggers };
};

const power = { system: { id: 'sys_x', name: 'web1' }, action: 'off', driver: 'ipmi' };

test('an alteration that is refused is not done; one that fails is told of', async () => {
  const refusing = heard(true);
  let done = 0;
  const act = async () => {
    done += 1;
    throw new ResoleError('power-failed', 'the BMC hung up');
  };
  await expect(aroundPower(refusing.triggers, power, act)).rejects.toThrow('not now');
  expect([done, refusing.events]).toEqual([0, [['before-power', { power }]]]);
  const { events, triggers } = heard();
  await expect(aroundPower(triggers, power, act)).rejects.toThrow('the BMC hung up');
  const error = { code: 'power-failed', message: 'the BMC hung up' };
  expect(events).toEqual([
    ['before-power', { power }],
    ['after-power', { power: { ...power, ok: false, error } }],
  ]);
});

const noSystem = async () => undefined;

test('a job is told of at its start and at its end, without its answer file', async () => {
  const { events, triggers } = heard();
  const job = {
    ...{ id: 'job_x', kind: 'reinstall', system: 'sys_x', systemName: 'web1', state: 'planned' },
    answer: { template: 't', variables: { secret: 1 } },
  } as unknown as Job;
  await beforeJob(triggers, job, noSystem);
  await afterJob(triggers, { ...job, state: 'installing' });
  await afterJob(triggers, { ...job, state: 'returned' });
  await afterJob(triggers, { ...job, kind: 'reboot', state: 'failed' });
  const { answer: _, ...view } = job;
  expect(events).toEqual([
    ['before-install', { job: view }],
    ['after-install', { job: { ...view, state: 'returned' } }],
    [
      'after-power',
      {
        power: {
          ...{ system: power.system, action: 'reboot', driver: 'agent', job: 'job_x', ok: false },
        },
      },
    ],
  ]);
});

const virtJob = (fields: object) =>
  ({
    id: 'job_x',
    system: 'sys_x',
    systemName: 'web1',
    state: 'planned',
    ...fields,
  }) as unknown as Job;

test('the making of a guest is an install; what switches one is a power alteration', async () => {
  const { events, triggers } = heard();
  const making = virtJob({ kind: 'virt-create' });
  await beforeJob(triggers, making, noSystem);
  await afterJob(triggers, { ...making, state: 'done' });
  for (const action of ['start', 'shutdown', 'destroy', 'reset', 'list', 'undefine']) {
    const job = virtJob({ kind: 'virt', plan: { steps: [{ step: 'guest', args: { action } }] } });
    await beforeJob(triggers, job, noSystem);
    if (action === 'reset') await afterJob(triggers, { ...job, state: 'done' });
  }
  const act = (action: string) => ({ ...power, action, driver: 'guest', job: 'job_x' });
  expect(events).toEqual([
    ['before-install', { job: making }],
    ['after-install', { job: { ...making, state: 'done' } }],
    ...['start', 'shutdown', 'destroy', 'reset'].map((action) => [
      'before-power',
      { power: act(action) },
    ]),
    ['after-power', { power: { ...act('reset'), ok: true } }],
  ]);
});

test('a decommissioning edits its system: asked at its start, told once it is out of service', async () => {
  const { events, triggers } = heard();
  const system = makeSystem('web1');
  const job = virtJob({ kind: 'decommission', system: system.id });
  await beforeJob(triggers, job, async (id) => (id === system.id ? system : undefined));
  await afterJob(triggers, { ...job, state: 'powered-off' });
  const retired = { ...system, decommissioned: true, netboot: false };
  await afterRetirement(triggers, system, retired);
  const input = { decommissioned: true, netboot: false };
  const edit = { noun: 'system', verb: 'edit', old: system, input };
  expect(events).toEqual([
    ['before-system-edit', edit],
    ['after-system-edit', { ...edit, new: retired }],
  ]);
});

test('a guest is a system that is added, or edited where it was one before', async () => {
  const { events, triggers } = heard();
  const host = makeSystem('host1').id;
  const known = makeSystem('web1');
  const fresh = { ...makeSystem('web2'), virtHost: host };
  const again = { ...known, virtHost: host };
  const before = async (id: string) => (id === known.id ? known : undefined);
  for (const guest of [fresh, again, known]) {
    expect(await aroundGuest(triggers, before, guest, async () => guest)).toBe(guest);
  }
  await afterForgotten(triggers, fresh);
  const add = { noun: 'system', verb: 'add', input: inputOf(fresh) };
  const edit = { noun: 'system', verb: 'edit', old: known, input: { virtHost: host } };
  expect(events).toEqual([
    ['before-system-add', add],
    ['after-system-add', { ...add, new: fresh }],
    ['before-system-edit', edit],
    ['after-system-edit', { ...edit, new: again }],
    ['after-system-remove', { noun: 'system', verb: 'remove', old: fresh }],
  ]);
  const refusing = heard(true);
  let kept = 0;
  const keep = async () => {
    kept += 1;
    return fresh;
  };
  await expect(aroundGuest(refusing.triggers, before, fresh, keep)).rejects.toThrow('not now');
  expect(kept).toBe(0);
});

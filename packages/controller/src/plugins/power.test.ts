import { type Job, ResoleError } from '@resole/protocol';
import { expect, test } from 'vitest';
import type { EventFields } from './events.ts';
import { afterJob, beforeJob } from './jobs.ts';
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

test('a job is told of at its start and at its end, without its answer file', async () => {
  const { events, triggers } = heard();
  const job = {
    ...{ id: 'job_x', kind: 'reinstall', system: 'sys_x', systemName: 'web1', state: 'planned' },
    answer: { template: 't', variables: { secret: 1 } },
  } as unknown as Job;
  await beforeJob(triggers, job);
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

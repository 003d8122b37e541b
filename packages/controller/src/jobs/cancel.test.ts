import type { Job, Plan } from '@resole/protocol';
import { expect, onTestFinished, test } from 'vitest';
import { memoryStore } from '../store/memory.ts';
import { makeJob, testRunner } from './testing.ts';

/** A guest that is made anew, at its host's agent. */
const recreation = async () => {
  const store = memoryStore();
  const runner = testRunner({
    jobs: store.jobs,
  });
  onTestFinished(() => runner.close());
  const { plan, ...rest } = makeJob();
  const steps: Plan['steps'] = [
    { step: 'remove-guest', args: { uuid: '0b0ec7d4-0d0f-4f4b-8f1c-6a2c8f3f5a11' } },
    { step: 'hand-over', args: { action: 'start-guest', force: false } },
  ];
  const job: Job = { ...rest, kind: 'virt-create', plan: { ...plan, kind: 'virt-create', steps } };
  const { id, agent = '' } = await runner.submit(job);
  let sequence = 0;
  const says = (event: Parameters<typeof runner.agentEvent>[1]['event']) => {
    sequence += 1;
    const at = '2026-01-01T00:00:00.000Z';
    return runner.agentEvent(agent, { type: 'event', job: id, attempt: 1, sequence, at, event });
  };
  return { runner, id, says };
};

test('a recreation is cancelled until it deletes the guest, and given up once it is stalled', async () => {
  const { runner, id, says } = await recreation();
  await says({ type: 'accepted' });
  const refused = {
    code: 'job-past-point-of-no-return',
    message: `job ${id} has begun remove-guest: what that deletes can't come back`,
    remedy: `wait for its end, then go on with what is left: resole job watch ${id}`,
  };
  await says({ type: 'step-started', index: 0, step: 'remove-guest' });
  await expect(runner.cancel(id)).rejects.toMatchObject(refused);
  await says({ type: 'step-done', index: 0, step: 'remove-guest' });
  await expect(runner.cancel(id)).rejects.toMatchObject(refused);
  await says({ type: 'armed' });
  await expect(runner.cancel(id)).rejects.toMatchObject(refused);
  await says({ type: 'handing-over', bootId: 'host' });
  await runner.happen(id, { type: 'deadline-passed' });
  expect((await runner.cancel(id)).state).toBe('failed');
});

test('before that, a cancel is taken', async () => {
  const { runner, id, says } = await recreation();
  await says({ type: 'accepted' });
  expect(await runner.cancel(id)).toMatchObject({ state: 'staging', cancelRequested: true });
});

test('a hand-over that was only asked for can still be refused', async () => {
  const { runner, id, says } = await recreation();
  await says({ type: 'accepted' });
  await says({ type: 'armed' });
  await says({ type: 'step-started', index: 1, step: 'hand-over' });
  expect((await runner.cancel(id)).cancelRequested).toBe(true);
});

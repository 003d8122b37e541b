import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ResoleError } from '@resole/protocol';
import { expect, test, vi } from 'vitest';
import { openJournal } from './journal.ts';
import { forever, startAgent, temporaryFolder } from './testing/agent.ts';
import { type MemoryController, memoryController } from './testing/controller.ts';
import { messageOf, rebootStep, signedJob } from './testing/job.ts';

/** The controller in these tests has the time that the agents have. */
const controllerAt = () => memoryController(() => new Date('2026-01-01T00:10:00Z'));
const types = (controller: MemoryController) => controller.events.map(({ event }) => event.type);
const name = { job: signedJob().job, attempt: 1 };

/** The whole way of a job from its acceptance to the question. */
const untilAsked = [
  'accepted',
  'step-started',
  'step-done',
  'step-started',
  'step-done',
  'armed',
  'step-started',
  'handing-over',
];
const allUndone = ['undo hand-over', 'undo arm-kexec', 'undo check-host'];

test('a job is carried out, and the machine goes down only after the yes', async () => {
  const controller = controllerAt();
  const agent = await startAgent(await temporaryFolder(), controller);
  controller.send(messageOf(signedJob()));
  await controller.seen('handing-over');
  await vi.waitFor(() =>
    expect(agent.did).toEqual(['do check-host', 'do arm-kexec', 'do hand-over']),
  );
  expect(types(controller)).toEqual(untilAsked);
  expect(controller.events.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(controller.events.at(-1)?.event).toEqual({ type: 'handing-over', bootId: 'boot-1' });
  expect(agent.loop.status()).toMatchObject({ connected: true, phase: 'leaving', waiting: 0 });
});

test('without the yes it stays up; a no undoes everything', async () => {
  const controller = controllerAt();
  controller.answer = ({ event }) => event.type !== 'handing-over';
  const folder = await temporaryFolder();
  const agent = await startAgent(folder, controller);
  controller.send(messageOf(signedJob()));
  await controller.seen('disarmed');
  expect(agent.did).toEqual(['do check-host', 'do arm-kexec', ...allUndone]);
  expect(types(controller)).toEqual([...untilAsked, 'disarmed']);
  expect(await readdir(folder)).toEqual(['journal']);
});

test('the outbox grows while nobody listens, and nothing of it is lost', async () => {
  const controller = controllerAt();
  const agent = await startAgent(await temporaryFolder(), controller);
  controller.send(messageOf(signedJob()));
  await controller.seen('accepted');
  controller.disconnect();
  await vi.waitFor(() => expect(agent.loop.status().phase).toBe('asking'));
  expect(agent.did).not.toContain('do hand-over');
  controller.connect();
  await controller.seen('handing-over');
  expect(types(controller)).toEqual(untilAsked);
});

test('a failed step is told, and everything before it undone', async () => {
  const controller = controllerAt();
  const agent = await startAgent(await temporaryFolder(), controller, {
    doing: (what) =>
      what === 'do arm-kexec'
        ? Promise.reject(new ResoleError('kexec-failed', 'no', { remedy: 'other' }))
        : Promise.resolve('fine'),
  });
  controller.send(messageOf(signedJob()));
  await controller.seen('disarmed');
  expect(controller.events.slice(2).map(({ event }) => event)).toEqual([
    { type: 'step-done', index: 0, step: 'check-host', message: 'fine' },
    { type: 'step-started', index: 1, step: 'arm-kexec' },
    {
      type: 'step-failed',
      index: 1,
      step: 'arm-kexec',
      error: { code: 'kexec-failed', message: 'no', remedy: 'other' },
    },
    { type: 'disarmed' },
  ]);
  expect(agent.did.slice(2)).toEqual(allUndone);
});

test('a failure is told when the machine is as it was; the next job waits for that', async () => {
  const controller = controllerAt();
  let undone: () => void = () => undefined;
  const undoing = new Promise<void>((resolve) => {
    undone = resolve;
  });
  const agent = await startAgent(await temporaryFolder(), controller, {
    doing: (what, { job, signal }) =>
      what === 'do hand-over'
        ? forever(signal)
        : what === 'do arm-kexec' && job.job === signedJob().job
          ? Promise.reject(new Error('no'))
          : Promise.resolve(''),
    undoing: (what) => (what === 'undo arm-kexec' ? undoing : Promise.resolve()),
  });
  controller.send(messageOf(signedJob()));
  await vi.waitFor(() => expect(agent.did).toContain('undo arm-kexec'));
  expect(types(controller)).not.toContain('step-failed');
  controller.send(messageOf(signedJob({ job: 'job_bbbbbbbbbbbbbbbbbbbb' })));
  controller.send({ type: 'facts-request', request: 'r1' });
  await vi.waitFor(() => expect(controller.frames.at(-1)).toMatchObject({ request: 'r1' }));
  undone();
  await vi.waitFor(() => expect(agent.did.at(-1)).toBe('do hand-over'));
  expect(types(controller)).not.toContain('refused');
});

test('a cancel ends the running step and undoes; after the yes it comes too late', async () => {
  const controller = controllerAt();
  const agent = await startAgent(await temporaryFolder(), controller, {
    doing: (what, { signal }) => (what === 'do check-host' ? Promise.resolve('') : forever(signal)),
  });
  controller.send(messageOf(signedJob()));
  await vi.waitFor(() => expect(agent.did).toContain('do arm-kexec'));
  controller.send({ type: 'cancel', ...name });
  await controller.seen('disarmed');
  expect(types(controller)).not.toContain('step-failed');

  const late = controllerAt();
  const other = await startAgent(await temporaryFolder(), late);
  late.send(messageOf(signedJob()));
  await vi.waitFor(() => expect(other.did).toContain('do hand-over'));
  late.send({ type: 'cancel', ...name });
  late.send({ type: 'facts-request', request: 'r1' });
  await vi.waitFor(() => expect(late.frames.at(-1)).toMatchObject({ request: 'r1' }));
  expect(other.loop.status().phase).toBe('leaving');
});

test('a cancel of a job that never arrived is answered, and the job then refused', async () => {
  const controller = controllerAt();
  const agent = await startAgent(await temporaryFolder(), controller);
  controller.send({ type: 'cancel', ...name });
  await controller.seen('disarmed');
  controller.send(messageOf(signedJob()));
  await controller.seen('refused');
  expect(agent.did).toEqual([]);
});

test('delivered twice, executed once; another job meanwhile is refused', async () => {
  const controller = controllerAt();
  const agent = await startAgent(await temporaryFolder(), controller);
  controller.send(messageOf(signedJob()));
  controller.send(messageOf(signedJob()));
  controller.send(messageOf(signedJob({ job: 'job_bbbbbbbbbbbbbbbbbbbb' })));
  const refused = await controller.seen('refused');
  expect(refused).toMatchObject({
    job: 'job_bbbbbbbbbbbbbbbbbbbb',
    event: { error: { code: 'job-running' } },
  });
  await vi.waitFor(() =>
    expect(agent.did).toEqual(['do check-host', 'do arm-kexec', 'do hand-over']),
  );
});

test('a newer attempt takes the place of the one before', async () => {
  const controller = controllerAt();
  controller.answer = (message) =>
    message.attempt === 1 && message.event.type === 'handing-over' ? 'ignore' : true;
  const agent = await startAgent(await temporaryFolder(), controller);
  controller.send(messageOf(signedJob()));
  await vi.waitFor(() => expect(agent.loop.status().phase).toBe('asking'));
  controller.send(messageOf(signedJob({ attempt: 2 })));
  await vi.waitFor(() => expect(agent.did).toContain('do hand-over'));
  const first = ['do check-host', 'do arm-kexec'];
  expect(agent.did).toEqual([...first, ...allUndone, ...first, 'do hand-over']);
});

test('a stopped agent goes on where it was in the same boot', async () => {
  const controller = controllerAt();
  const folder = await temporaryFolder();
  const first = await startAgent(folder, controller, {
    doing: (what, { signal }) => (what === 'do check-host' ? Promise.resolve('') : forever(signal)),
  });
  controller.send(messageOf(signedJob()));
  await vi.waitFor(() => expect(first.did).toContain('do arm-kexec'));
  await first.stop();

  const second = await startAgent(folder, controller);
  await vi.waitFor(() => expect(second.did).toEqual(['do arm-kexec', 'do hand-over']));
  await second.stop();

  const third = await startAgent(folder, controller);
  await vi.waitFor(() => expect(third.did).toEqual(['do hand-over']));
});

test('after a reboot before the hand-over it begins again at the first step', async () => {
  const controller = controllerAt();
  const folder = await temporaryFolder();
  const first = await startAgent(folder, controller, {
    doing: (what, { signal }) => (what === 'do check-host' ? Promise.resolve('') : forever(signal)),
  });
  controller.send(messageOf(signedJob()));
  await vi.waitFor(() => expect(first.did).toContain('do arm-kexec'));
  await first.stop();
  const second = await startAgent(folder, controller, { bootId: 'boot-2' });
  await vi.waitFor(() =>
    expect(second.did).toEqual(['do check-host', 'do arm-kexec', 'do hand-over']),
  );
  expect(controller.events.find(({ event }) => event.type === 'handing-over')?.event).toEqual({
    type: 'handing-over',
    bootId: 'boot-2',
  });
});

test('after a reboot behind the hand-over it cleans up and says that it came back', async () => {
  const controller = controllerAt();
  const folder = await temporaryFolder();
  const first = await startAgent(folder, controller);
  controller.send(messageOf(signedJob({ kind: 'reboot', steps: [rebootStep] })));
  await vi.waitFor(() => expect(first.did).toContain('do hand-over'));
  await first.stop();
  const { job } = signedJob();
  await mkdir(join(folder, 'staging', job), { recursive: true });
  await writeFile(join(folder, 'staging', job, 'kernel'), 'K');

  const second = await startAgent(folder, controller, { bootId: 'boot-2' });
  const event = await controller.seen('came-back');
  expect(event.event).toEqual({ type: 'came-back', bootId: 'boot-2' });
  expect(second.did).toEqual(['undo hand-over']);
  expect(await readdir(folder)).toEqual(['journal']);
  await vi.waitFor(() => expect(second.loop.status()).toEqual({ connected: true, waiting: 0 }));
});

test('an unanswered question before a reboot: the answer no gets its disarmed', async () => {
  const controller = controllerAt();
  controller.answer = ({ event }) => (event.type === 'handing-over' ? 'ignore' : true);
  const folder = await temporaryFolder();
  const first = await startAgent(folder, controller);
  controller.send(messageOf(signedJob()));
  await vi.waitFor(() => expect(first.loop.status().phase).toBe('asking'));
  await first.stop();
  controller.answer = ({ event }) => event.type !== 'handing-over';
  await startAgent(folder, controller, { bootId: 'boot-2' });
  await controller.seen('disarmed');
});

test('undoing is tried until it works', async () => {
  let failures = 2;
  const controller = controllerAt();
  const agent = await startAgent(await temporaryFolder(), controller, {
    doing: () => Promise.reject(new Error('no')),
    undoing: async (what) => {
      if (what === 'undo arm-kexec' && failures-- > 0) throw new Error('read-only');
    },
    deps: {
      clock: {
        now: () => new Date('2026-01-01T00:10:00Z'),
        sleep: (_, signal) =>
          new Promise((resolve) => {
            const timer = setTimeout(resolve, 5);
            signal?.addEventListener('abort', () => {
              clearTimeout(timer);
              resolve();
            });
          }),
      },
    },
  });
  controller.send(messageOf(signedJob()));
  await controller.seen('disarmed');
  expect(types(controller)).toEqual(['accepted', 'step-started', 'step-failed', 'disarmed']);
  expect(agent.did.filter((what) => what === 'undo arm-kexec')).toHaveLength(3);
  expect(agent.log.filter((line) => line.includes("can't be undone yet"))).toHaveLength(2);
});

test("the controller's clock counts, not this machine's", async () => {
  const controller = memoryController(() => new Date('2026-01-01T09:00:00Z'));
  const agent = await startAgent(await temporaryFolder(), controller);
  controller.send(messageOf(signedJob()));
  const refused = await controller.seen('refused');
  expect(refused.event).toMatchObject({ error: { code: 'job-expired' } });
  expect(agent.did).toEqual([]);
});

test('facts are sent at each connection and when asked', async () => {
  const controller = controllerAt();
  await startAgent(await temporaryFolder(), controller);
  await vi.waitFor(() => expect(controller.frames).toHaveLength(1));
  controller.disconnect();
  controller.connect();
  controller.send({ type: 'facts-request', request: 'r7' });
  await vi.waitFor(() => expect(controller.frames).toHaveLength(3));
  expect(controller.frames.at(-1)).toMatchObject({ type: 'facts', request: 'r7' });
});

test('its log is told when asked, from where the asker has read', async () => {
  const controller = controllerAt();
  await startAgent(await temporaryFolder(), controller);
  controller.send(messageOf(signedJob()));
  await controller.seen('handing-over');
  const ask = (after?: number) =>
    controller.send({
      type: 'log-request',
      request: `r${after}`,
      lines: 2,
      ...(after && { after }),
    });
  ask();
  ask(1);
  ask(99);
  const logs = () => controller.frames.filter((frame) => frame.type === 'log');
  await vi.waitFor(() => expect(logs()).toHaveLength(3));
  const at = '2026-01-01T00:10:00.000Z';
  const line = (sequence: number, message: string) => ({ sequence, at, level: 'info', message });
  const job = line(2, 'job job_aaaaaaaaaaaaaaaaaaaa, attempt 1: reinstall');
  expect(logs()).toEqual([
    {
      type: 'log',
      request: 'rundefined',
      startedAt: at,
      lines: [line(1, 'connected to the controller'), job],
    },
    { type: 'log', request: 'r1', startedAt: at, lines: [job] },
    { type: 'log', request: 'r99', startedAt: at, lines: [] },
  ]);
});

test('progress goes out, and is not kept', async () => {
  const controller = controllerAt();
  const folder = await temporaryFolder();
  await startAgent(folder, controller, {
    doing: async (what, { progress, signal }) => {
      progress({ phase: what, percent: 5 });
      return what === 'do hand-over' ? forever(signal) : undefined;
    },
  });
  controller.send(messageOf(signedJob()));
  await controller.seen('handing-over');
  expect(controller.frames).toContainEqual({
    type: 'progress',
    ...name,
    progress: { phase: 'do check-host', percent: 5 },
  });
  const { record } = await openJournal(folder);
  expect(JSON.stringify(record)).not.toContain('percent');
});

test('a job without a hand-over ends when its steps are done, and nothing of it is undone', async () => {
  const controller = controllerAt();
  const folder = await temporaryFolder();
  const agent = await startAgent(folder, controller);
  const steps = signedJob().steps.filter(({ step }) => step === 'check-host');
  controller.send(messageOf(signedJob({ kind: 'agent-update', steps })));
  await controller.seen('completed');
  expect(types(controller)).toEqual(['accepted', 'step-started', 'step-done', 'completed']);
  expect(agent.did).toEqual(['do check-host']);
  await vi.waitFor(() => expect(agent.loop.status()).toEqual({ connected: true, waiting: 0 }));
  expect(await readdir(folder)).toEqual(['journal']);
});

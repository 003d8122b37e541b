import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SignedJob } from '@resole/protocol';
import { expect, onTestFinished, test, vi } from 'vitest';
import { enroll } from '../../../packages/agent/src/enroll.ts';
import { facts } from '../../../packages/agent/src/testing/facts.ts';
import { signedJob } from '../../../packages/agent/src/testing/job.ts';
import { bundledAgent } from './bundled.ts';
import { LinkController } from './link-controller.ts';

const ROUNDS = 50;
const STEPS = 10;

/** Ten steps, then the hand-over. */
const longJob = (job: string): SignedJob => {
  const [check, , handOver] = signedJob().steps;
  if (!check || !handOver) throw new Error('the job of the tests has changed');
  return {
    ...signedJob(),
    job,
    steps: [...Array.from({ length: STEPS }, () => check), handOver],
    issuedAt: new Date().toISOString(),
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
  };
};

/**
 * An agent that is killed at random moments, and a controller that drops connections and withholds
 * acknowledgements, until jobs have come to their ends in spite of them.
 */
test('killed 50 times: nothing is lost, nothing done twice', { timeout: 600_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'resole-kills-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const controller = await LinkController.start(join(folder, 'controller'));
  onTestFinished(() => controller.stop());
  const stateDir = join(folder, 'agent');
  await enroll({
    controller: controller.url,
    token: controller.token,
    stateDir,
    facts: () => Promise.resolve(facts),
  });
  let child: ChildProcess | undefined;
  let boot = 1;
  const script = await bundledAgent(folder);
  // Of the agent that runs now.
  let session = Promise.withResolvers<void>();
  const start = () => {
    session = Promise.withResolvers();
    child = spawn(process.execPath, [script, stateDir, controller.url, `boot-${boot}`], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  };
  const kill = async () => {
    const running = child;
    if (running === undefined || running.exitCode !== null || running.signalCode) return;
    const gone = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGKILL');
    await gone;
  };
  onTestFinished(kill);

  /** What the real controller does: a job is sent again until its agent has accepted it. */
  let job = longJob('job_aaaaaaaaaaaaaaaaaaaa');
  const of = (id: string) => controller.events.filter((event) => event.job === id);
  const has = (id: string, type: string) => of(id).some(({ event }) => event.type === type);
  controller.onSession = () => {
    session.resolve();
    if (!has(job.job, 'accepted')) controller.sendJob(job);
  };
  controller.answer = () => (Math.random() < 0.2 ? 'ignore' : true);

  const letters = 'bcdefghijklmnopqrstuvwxyz';
  const jobs = [job.job];
  start();
  for (let round = 0; round < ROUNDS; round += 1) {
    // Mostly while it works; sometimes while it starts.
    if (Math.random() < 0.8) await Promise.race([session.promise, sleep(5_000)]);
    await sleep(Math.random() * 400);
    if (Math.random() < 0.2) controller.drop();
    await kill();
    if (has(job.job, 'handing-over')) {
      // The machine went down; its old OS comes up again.
      boot += 1;
      controller.answer = () => true;
      start();
      await vi.waitFor(() => expect(has(job.job, 'came-back')).toBe(true), { timeout: 20_000 });
      controller.answer = () => (Math.random() < 0.2 ? 'ignore' : true);
      job = longJob(`job_${(letters[jobs.length - 1] ?? 'z').repeat(20)}`);
      jobs.push(job.job);
      controller.sendJob(job);
    } else {
      start();
    }
  }
  controller.answer = () => true;
  controller.drop();
  await vi.waitFor(() => expect(has(job.job, 'handing-over')).toBe(true), { timeout: 30_000 });
  await kill();

  const did = (await readFile(join(stateDir, 'did.log'), 'utf8')).split('\n');
  for (const id of jobs) {
    const events = of(id);
    // Every event has come, each once, and in order: 1, 2, 3 …
    const numbers = events.map(({ sequence }) => sequence).sort((a, b) => a - b);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    const inOrder = events.toSorted((a, b) => a.sequence - b.sequence).map(({ event }) => event);
    const done = inOrder.flatMap((event) => (event.type === 'step-done' ? [event.index] : []));
    expect(done).toEqual(Array.from({ length: STEPS }, (_, index) => index));
    expect(inOrder.filter((event) => event.type === 'accepted')).toHaveLength(1);
    // A step may begin again after a kill; after its end was journalled it never does.
    inOrder.forEach((event, at) => {
      if (event.type !== 'step-started' || event.step === 'hand-over') return;
      const before = inOrder.slice(0, at);
      expect(before).not.toContainEqual({
        type: 'step-done',
        index: event.index,
        step: event.step,
      });
    });
    // What was done may be one more than what was told: killed between the two. Never less.
    const ends = did.filter((line) => line === `${id} end check-host`).length;
    expect(ends).toBeGreaterThanOrEqual(STEPS);
  }
  // It went down only for jobs that the controller had let go.
  for (const line of did.filter((each) => each.endsWith(' down'))) {
    expect(has(line.split(' ')[0] ?? '', 'handing-over')).toBe(true);
  }
  expect(jobs.length).toBeGreaterThan(2);
});

/** The agent's command line, as people and the end-to-end tests use it. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SignedJob } from '@resole/protocol';
import { execa } from 'execa';
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { checkHostStep, messageOf, signedJob } from '../../../packages/agent/src/testing/job.ts';

vi.setConfig({ testTimeout: 60_000 });

const main = join(import.meta.dirname, '../../../packages/agent/src/main.ts');

/** A job that no machine can begin: it is for another one. */
const impossible = (changes: Partial<SignedJob> = {}): SignedJob => ({
  ...signedJob(),
  steps: [
    { ...checkHostStep, args: { ...checkHostStep.args, machineUuid: 'no-such-machine' } },
    { step: 'hand-over', args: { action: 'reboot', force: false } },
  ],
  expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
  ...changes,
});

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'resole-agent-cli-'));
  return () => rm(folder, { recursive: true, force: true });
});

const agent = (...args: string[]) => {
  const globals = ['--config', join(folder, 'agent.yaml'), '--state-dir', join(folder, 'state')];
  return execa(process.execPath, [main, ...globals, ...args], { reject: false, stdin: 'ignore' });
};
const jobFile = async (content: unknown): Promise<string> => {
  const path = join(folder, 'job.json');
  await writeFile(path, JSON.stringify(content));
  return path;
};

test('a job from a file: what happened on stdout, why it failed by code', async () => {
  const { stdout, stderr, exitCode } = await agent('run', '--job', await jobFile(impossible()));
  const types = stdout.split('\n').map((line) => JSON.parse(line).event.type);
  expect(types).toEqual(['accepted', 'step-started', 'step-failed', 'disarmed']);
  expect(stderr).toContain('not no-such-machine (machine-mismatch)');
  expect(exitCode).toBe(7);
  // Once more is a new attempt, by the word of root.
  const again = await agent('run', '--job', await jobFile(impossible()), '--rehearse');
  expect(JSON.parse(again.stdout.split('\n')[0] ?? '')).toMatchObject({ attempt: 2 });
});

test('a signed job needs to know its signer; nonsense is told apart', async () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const signed = await agent('run', '--job', await jobFile(messageOf(impossible(), privateKey)));
  expect(signed.stderr).toContain('(job-signature)');
  const expired = impossible({ expiresAt: '2020-01-01T00:00:00Z' });
  expect((await agent('run', '--job', await jobFile(expired))).stderr).toContain('(job-expired)');
  const nonsense = await agent('run', '--job', await jobFile({ kind: 'party' }));
  expect(nonsense.stderr).toContain('the job file is not a job (invalid-input)');
  expect((await agent('run', '--job', '/nowhere')).exitCode).toBe(2);
});

test('status and facts of a machine that is not enrolled', async () => {
  const status = await agent('status');
  expect(status.stdout).toBe(
    [
      'agent:         not running',
      'version:       0.1.0',
      'enrolled:      no',
      'connected:     no',
      'job:           none',
      'unsent events: 0',
    ].join('\n'),
  );
  expect(status.exitCode).toBe(3);
  const facts = JSON.parse((await agent('facts')).stdout);
  const bootId = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
  expect(facts).toMatchObject({ agentVersion: '0.1.0', bootId: bootId.trim() });
});

test('the service waits for its enrolment, tells its status, and ends when told to', async () => {
  const service = agent('run');
  onTestFinished(() => void service.kill('SIGKILL'));
  service.catch(() => undefined);
  for (let tries = 0; tries < 100; tries += 1) {
    const { stdout } = await agent('status', '--json');
    if (JSON.parse(stdout).running) break;
  }
  expect(JSON.parse((await agent('status', '--json')).stdout)).toMatchObject({
    running: true,
    enrolled: false,
    connected: false,
    pid: service.pid,
  });
  const second = await agent('run');
  expect(second.stderr).toContain('an agent is running already');
  service.kill('SIGTERM');
  const { exitCode, stderr } = await service;
  expect(exitCode).toBe(0);
  expect(stderr).toContain('not enrolled');
});

test('help has examples', async () => {
  for (const command of [[], ['enroll'], ['run'], ['facts']]) {
    expect((await agent(...command, '--help')).stdout).toMatch(/Examples?:\n/);
  }
});

/**
 * The agent of a machine, as far as its update goes: the real step, run by the machine's own systemd
 * from a program that can be replaced. Arguments: its version, and its job as JSON. What it says is in
 * /said; its controller is there where /online is.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { run } from '../../../packages/agent/src/exec.ts';
import { updateAgent } from '../../../packages/agent/src/executors/update/update-agent.ts';
import type { StepContext } from '../../../packages/agent/src/ports.ts';
import { facts } from '../../../packages/agent/src/testing/facts.ts';
import { signedJob } from '../../../packages/agent/src/testing/job.ts';
import { systemClock } from '../../../packages/agent/src/world.ts';
import type { Orders } from './inside.ts';

const [version = ''] = process.argv.slice(2);
const say = (text: string) => appendFileSync('/said', `${version}: ${text}\n`);

say('runs');
const orders: Orders = JSON.parse(await readFile('/orders.json', 'utf8'));
const server = createServer((_, response) => response.end(readFileSync('/offered.gz')));
await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
const job = signedJob();
const state = '/var/lib/resole';
const context: StepContext = {
  job,
  run,
  root: '/',
  folders: { staging: `${state}/staging/${job.job}`, undo: `${state}/undo/${job.job}` },
  facts: async () => facts,
  progress: () => undefined,
  log: () => undefined,
  clock: systemClock,
  signal: new AbortController().signal,
  program: { version, path: '/opt/resole/resole-agent' },
  online: () => existsSync('/online'),
  restart: () => process.kill(process.pid, 'SIGTERM'),
};
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/agent.gz`;
try {
  say(String(await updateAgent.execute({ ...orders, url }, context)));
} catch (error) {
  // As the loop does with the steps of a job that has failed.
  await updateAgent.undo(context);
  say(error instanceof Error ? error.message : String(error));
}

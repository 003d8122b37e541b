/** The common course of a reinstall that succeeds, and the proofs that it did. */
import { strict as assert } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobView } from '@resole/protocol';
import { describe, getJob, phases, waitForState } from '../support/job.ts';
import type { Server } from '../support/server.ts';
import { run, waitForSsh } from '../support/ssh.ts';
import type { World } from './world.ts';

export const startReinstall = async (
  world: World,
  server: Server,
  profile: string,
  method: 'kexec' | 'boot-once',
): Promise<JobView> =>
  world.controller.cli<JobView>([
    'reinstall',
    server.name,
    ...['--profile', profile, '--method', method, '--yes'],
  ]);

/** Follows a job to `returned` and looks at the machine from inside. @returns the job at its end. */
export const expectReturned = async (
  world: World,
  server: Server,
  id: string,
  timeoutSeconds: number,
): Promise<JobView> => {
  const job = await waitForState(world.controller, id, ['returned'], timeoutSeconds);
  world.note('phases (s)', phases(job));
  assert.equal(job.error, undefined, describe(job));
  await waitForSsh(server.guest, 300);
  const marker = await run(server.guest, [
    'sh',
    '-c',
    'test ! -e /etc/old-os && . /etc/os-release && echo $ID',
  ]);
  assert.equal(marker.trim(), 'debian');
  const files = await run(server.guest, [
    'sh',
    '-c',
    'stat -c "%a %n" /etc/resole/*; test ! -e /etc/resole/join-token',
  ]);
  world.note('agent configuration', files.trim());
  const locked = await run(server.guest, [
    'sh',
    '-c',
    'awk -F: \'$1=="root"{print $2}\' /etc/shadow',
  ]);
  assert.match(locked.trim(), /^[!*]/, 'root has a password');
  return job;
};

/** Asks again and again until the job is over in the given state. */
export const untilState = async (
  world: World,
  id: string,
  state: JobView['state'],
  timeoutSeconds: number,
): Promise<JobView> => {
  const end = Date.now() + timeoutSeconds * 1000;
  for (;;) {
    const job = await getJob(world.controller, id).catch(() => undefined);
    if (job?.state === state) return job;
    if (Date.now() > end) throw new Error(`not ${state}: ${job ? describe(job) : 'no answer'}`);
    await sleep(500);
  }
};

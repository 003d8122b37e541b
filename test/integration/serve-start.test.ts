/** The first moments of a controller: machines that ask while it takes up its jobs. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { makeJob } from '../../packages/controller/src/jobs/testing.ts';
import { IPXE_PATH } from '../../packages/controller/src/plan/ipxe.ts';
import { makeSystem } from '../../packages/controller/src/power/testing.ts';
import { openLowdbStore } from '../../packages/controller/src/store/lowdb/open.ts';
import { stamped } from '../../packages/controller/src/store/stored.ts';
import { freePort } from '../support/ports.ts';

const main = join(import.meta.dirname, '../../packages/controller/src/main.ts');
const mac = '52:54:00:aa:bb:01';

/** A machine whose firmware is to fetch an installer, and so many jobs that taking them up takes a while. */
const fill = async (dataDir: string): Promise<void> => {
  const store = await openLowdbStore(dataDir);
  const now = new Date(0);
  const distro = stamped({ id: 'dst_35ahtc7lqn2x6w4dzk5t', name: 'debian' }, now);
  await store.distros.create({
    ...{ ...distro, family: 'image', breed: 'debian', version: '12', arch: 'x86_64' },
  });
  const profile = { id: 'prf_35ahtc7lqn2x6w4dzk5s', name: 'web' };
  await store.profiles.create(stamped({ ...profile, distro: distro.id }, now));
  const system = { ...makeSystem('web1'), macs: [mac], profile: profile.id };
  await store.systems.create(system);
  const job = makeJob({ system: system.id, state: 'handing-over' });
  const plan = { ...job.plan, method: 'pxe', profile, commandLine: 'quiet' } as const;
  await store.jobs.create({ ...job, plan });
  const slow = Array.from({ length: 300 }, () =>
    makeJob({ kind: 'shutdown', state: 'handing-over' }),
  );
  await Promise.all(slow.map((each) => store.jobs.create(each)));
  await store.close();
};

test('who asks before all jobs are taken up is given addresses that are whole', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'resole-start-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const dataDir = join(folder, 'data');
  await fill(dataDir);
  const port = await freePort();
  const flags = ['--data-dir', dataDir, '--api-port', '0', '--provision-port', `${port}`];
  const listen = ['--provision-listen', '127.0.0.1'];
  const child = spawn(process.execPath, [main, 'serve', ...flags, ...listen], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH, HOME: folder },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let up = false;
  createInterface({ input: child.stderr }).on('line', (line) => {
    up ||= line.includes('the controller is up');
  });
  const ended = once(child, 'exit').then(() => {
    throw new Error('the controller has ended');
  });
  ended.catch(() => undefined);

  const url = `http://127.0.0.1:${port}${IPXE_PATH}?mac=${mac}`;
  const scripts = new Set<string>();
  // How many come before it is up depends on how busy this machine is; that one comes after is sure.
  for (let isLast = false; !isLast; ) {
    isLast = up;
    const script = await fetch(url).then(
      (reply) => reply.text(),
      () => undefined,
    );
    if (script === undefined) await Promise.race([sleep(5), ended]);
    else scripts.add(script);
  }
  expect(scripts.size).toBe(1);
  const address = new RegExp(
    `^kernel http://[^/ ]+:${port}/p/job_[a-z2-7]+\\.[\\w-]{43}/kernel `,
    'm',
  );
  expect([...scripts][0]).toMatch(address);
}, 120_000);

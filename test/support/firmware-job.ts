/** A job that waits for a machine's firmware, behind the real provision listener. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Job } from '@resole/protocol';
import { onTestFinished } from 'vitest';
import { armedJob } from '../../packages/controller/src/carry/firmware.ts';
import type { Happening } from '../../packages/controller/src/jobs/record.ts';
import { record } from '../../packages/controller/src/jobs/record.ts';
import { makeJob } from '../../packages/controller/src/jobs/testing.ts';
import { makeSystem } from '../../packages/controller/src/power/testing.ts';
import { buildProvision } from '../../packages/controller/src/provision/app.ts';
import { jobBase } from '../../packages/controller/src/provision/tickets.ts';
import { memoryStore } from '../../packages/controller/src/store/memory.ts';

export const mac = '52:54:00:aa:bb:01';
const secret = Buffer.alloc(32, 7);

export interface FirmwareJob {
  /** Holds the files `kernel` and `initrd` that are handed out; gone after the test. */
  folder: string;
  app: ReturnType<typeof buildProvision>;
  job(): Promise<Job>;
  /** The job's own address. */
  base(): string;
}

/**
 * A job in `handing-over` whose installer the machine with `mac` is to start. Nothing listens yet.
 * @param url where the machine reaches the listener, as in `http://10.0.2.2:8080`
 */
export const firmwareJob = async (kernel: Buffer, url: () => string): Promise<FirmwareJob> => {
  const folder = await mkdtemp(join(tmpdir(), 'resole-ipxe-'));
  await writeFile(join(folder, 'kernel'), kernel);
  await writeFile(join(folder, 'initrd'), 'an initrd');
  const store = memoryStore();
  const settings = { id: 'dst_35ahtc7lqn2x6w4dzk5t', revision: 1, createdAt: '', updatedAt: '' };
  await store.distros.create({
    ...{ ...settings, name: 'debian', family: 'image', breed: 'debian', version: '12' },
    arch: 'x86_64',
  });
  const profile = 'prf_35ahtc7lqn2x6w4dzk5s';
  await store.profiles.create({ ...settings, id: profile, name: 'web', distro: settings.id });
  const system = { ...makeSystem('web1'), macs: [mac], profile };
  await store.systems.create(system);
  const first = makeJob({ system: system.id, state: 'handing-over' });
  await store.jobs.create({
    ...first,
    plan: {
      ...first.plan,
      method: 'pxe',
      profile: { id: profile, name: 'web' },
      commandLine: 'resole.answer={base}/answer-file console=ttyS0',
    },
  });
  const base = () => jobBase(url(), secret, first.id);
  const job = async () => (await store.jobs.get(first.id)) as Job;
  const nothing = async () => undefined;
  const app = buildProvision({
    secret,
    job,
    armedJob: (given) => armedJob(store, given),
    base,
    happen: async (_, event: Happening) => {
      const next = record(await job(), event, new Date());
      if (next) await store.jobs.replace(next);
      return job();
    },
    finished: async () => {},
    answers: { text: nothing, part: nothing, files: nothing } as never,
    artefact: async (_, role) => join(folder, role),
    tree: nothing,
    agentFile: nothing,
    appendLog: async () => {},
    log: () => {},
  });
  onTestFinished(async () => {
    await app.close();
    await rm(folder, { recursive: true });
  });
  return { folder, app, job, base };
};

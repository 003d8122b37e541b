/** A host of guests whose agent is connected, as the controller's own services see it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Distro,
  EnrolmentRequest,
  type Family,
  type Image,
  type Job,
  type JobEventType,
  type Profile,
  type System,
  type VirtHost,
} from '@resole/protocol';
import { onTestFinished } from 'vitest';
import { representativeAgent } from '../../packages/controller/src/answers/representative.ts';
import { guestLeftovers } from '../../packages/controller/src/guest-leftovers.ts';
import { jobSources } from '../../packages/controller/src/job-sources.ts';
import { JobService } from '../../packages/controller/src/jobs/service.ts';
import type { CreateRequest } from '../../packages/controller/src/jobs/service-ports.ts';
import { testRunner } from '../../packages/controller/src/jobs/testing.ts';
import { memoryStore } from '../../packages/controller/src/store/memory.ts';
import { newId, stamped } from '../../packages/controller/src/store/stored.ts';
import { folderTexts } from '../../packages/controller/src/store/texts.ts';
import { readShipped } from '../../packages/controller/src/templates/library.ts';
import { RenderPool } from '../../packages/controller/src/templates/worker/pool.ts';
import { virtGuests } from '../../packages/controller/src/virt-guests.ts';
import { repository } from './cache.ts';

const now = new Date('2026-01-02T03:04:05.678Z');
const fixture = join(repository, 'packages/protocol/fixtures/v1/enrolment.json');
const { facts } = EnrolmentRequest.parse(JSON.parse(readFileSync(fixture, 'utf8')).request);
const file = (path: string) => ({ path, size: 8_000_000, sha256: 'a'.repeat(64) });

/**
 * What is in the inventory before any guest: the host, a profile `web` whose distro reads no answer
 * file and `db` whose installer does, two images.
 */
const fill = async (store: ReturnType<typeof memoryStore>) => {
  const distro = (name: string, family: Family): Distro => ({
    ...stamped({ id: newId('dst'), name, family, breed: 'debian', version: '12' }, now),
    ...({ arch: 'x86_64', kernel: file('/srv/vmlinuz'), initrd: file('/srv/initrd') } as const),
  });
  const profile = (name: string, of: Distro): Profile =>
    stamped({ id: newId('prf'), name, distro: of.id, virt: { network: 'default' } }, now);
  const image = (name: string, format: Image['format']): Image =>
    stamped({ id: newId('img'), name, arch: 'x86_64', format, file: file(`/srv/${name}`) }, now);
  const distros = [distro('any', 'linux'), distro('debian', 'debian-installer')] as const;
  const [web, db] = [profile('web', distros[0]), profile('db', distros[1])];
  const [cloud, iso] = [image('cloud', 'qcow2'), image('iso', 'iso')];
  for (const each of distros) await store.distros.create(each);
  for (const each of [web, db]) await store.profiles.create(each);
  for (const each of [cloud, iso]) await store.images.create(each);
  const host: System = stamped({ id: newId('sys'), name: 'host1' }, now);
  await store.systems.create(host);
  return { host, web, db, cloud };
};

/** Nothing but the host's agent is made up: what it tells of its room, and of its jobs. */
export const guestService = async () => {
  const store = memoryStore();
  const shipped = await readShipped(join(repository, 'packages/controller/templates'));
  const filled = await fill(store);
  const enrolled = (system: string, revoked = false) =>
    store.agents.create(
      stamped({ id: newId('agt'), system, publicKey: newId('agt'), revoked }, now),
    );
  await enrolled(filled.host.id);
  const room: VirtHost = {
    ...{ types: ['qemu', 'lxc'], cpus: 4, memoryFreeMiB: 8000, guests: [], held: {} },
    ...{ networks: ['default'], bridges: ['br0'] },
    pools: [{ name: 'default', availableBytes: 100 * 1024 ** 3 }],
  };
  const pool = new RenderPool();
  const runner = testRunner({
    jobs: store.jobs,
  });
  onTestFinished(async () => {
    await runner.close();
    pool.close();
  });
  const exclusively = <T>(task: () => Promise<T>) => task();
  const service = new JobService({
    ...jobSources(store, {
      ...{ agentDir: '/nonexistent', apiUrl: () => '', templates: async () => shipped, pool },
      texts: folderTexts('/nonexistent'),
    }),
    agentPayload: async () => representativeAgent,
    baseLength: () => 80,
    freezeAnswer: async (answer) => answer,
    ...virtGuests(store, { macPrefix: '52:54:00', exclusively, now: () => now }),
    forgetGuest: guestLeftovers(store, {
      exclusively,
      forgotten: async () => undefined,
      log: () => undefined,
    }).forget,
    runner,
    isOnline: () => true,
    freshFacts: async () => ({ ...facts, virtHost: room }),
    reach: () => undefined,
    admit: async () => undefined,
    newId: () => newId('job'),
    now: () => now,
  });
  /** What happens to a job, one after the other. @returns it as it is then */
  const goes = async ({ id }: Job, ...through: JobEventType[]): Promise<Job> => {
    for (const type of through) await runner.happen(id, { type });
    return (await store.jobs.get(id)) as Job;
  };
  return {
    ...filled,
    ...{ store, room, runner, facts, enrolled, goes },
    /** `virt create host1 --name g1`, and what is said beside. */
    create: (changes: Partial<CreateRequest> = {}) =>
      service.start({
        ...{ kind: 'virt-create', host: 'host1', recreate: false, name: 'g1' },
        ...changes,
      }),
    /** Its host has done its part; from then on it tells of the guest. */
    made: async (job: Job): Promise<Job> => {
      const { name = '', uuid = '' } = job.plan.guest ?? {};
      room.guests = [...new Set([...room.guests, name])];
      room.held = { ...room.held, [uuid]: { memoryMiB: 2048, disks: {} } };
      return goes(job, 'accepted', 'armed', 'handing-over', 'completed');
    },
    system: async (name = 'g1') => (await store.systems.by('name', name)).at(0),
    add: async (fields: Partial<System> = {}): Promise<System> => {
      const system = stamped({ id: newId('sys'), name: 'g1', ...fields }, now);
      await store.systems.create(system);
      return system;
    },
  };
};

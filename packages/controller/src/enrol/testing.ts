/** A controller's enrolment over a store in memory, for tests. */
import { createHash, generateKeyPairSync } from 'node:crypto';
import {
  type Distro,
  type EnrolmentRequest,
  type Facts,
  type Job,
  joinToken,
  type ResoleError,
  type System,
} from '@resole/protocol';
import { Lines } from '../jobs/lines.ts';
import { FakeClock, makeJob, testRunner } from '../jobs/testing.ts';
import { makeSystem } from '../power/testing.ts';
import { ticket } from '../provision/tickets.ts';
import { memoryStore } from '../store/memory.ts';
import { newId, stamped } from '../store/stored.ts';
import { enrol } from './enrol.ts';
import type { EnrolDeps } from './ports.ts';

const ca = 'c'.repeat(43);
const secret = Buffer.alloc(32, 7);

export const newKey = (): string =>
  generateKeyPairSync('ed25519')
    .publicKey.export({ type: 'spki', format: 'der' })
    .toString('base64url');

/** What the agent of a made-up server tells. */
export const facts: Facts = {
  agentVersion: '0.1.0',
  hostname: 'web1',
  machineUuid: '4c4c4544-0042-3510-8052-b4c04f4d3232',
  arch: 'x86_64',
  os: { id: 'debian', versionId: '12', name: 'Debian GNU/Linux 12', kernel: '6.1.0-40-amd64' },
  bootId: '3d3a5bd1-6f0b-4a39-8a4e-6c1f6a0e1a01',
  bootMode: 'bios',
  secureBoot: false,
  kernelCommandLine: 'ro quiet',
  cpu: { model: 'QEMU', cores: 2 },
  memoryBytes: 2_000_000_000,
  virtualization: 'kvm',
  disks: [],
  interfaces: [{ name: 'eth0', mac: '52:54:00:12:34:56', addresses: ['192.0.2.10/24'], up: true }],
  bootLoader: { kind: 'none' },
  kexec: { available: true, fileLoad: true },
  efibootmgr: false,
  stagingFreeBytes: 1_000_000_000,
};

/** The machine that `facts` tells of, as a system. */
export const web1: System = {
  ...makeSystem('web1'),
  macs: ['52:54:00:12:34:56'],
  ...(facts.machineUuid === undefined ? {} : { machineUuid: facts.machineUuid }),
};

const debian12: Distro = stamped(
  {
    ...{ id: 'dst_35ahtc7lqn2x6w4dzk5t', name: 'debian', family: 'image', breed: 'debian' },
    ...{ version: '12', arch: 'x86_64', osRelease: { id: 'debian', versionId: '12' } },
  } as const,
  new Date(0),
);

export const enrolment = () => {
  const store = memoryStore();
  const clock = new FakeClock();
  const online = new Set<string>();
  const dropped: string[] = [];
  const runner = testRunner({
    jobs: store.jobs,
    link: { send: () => true, isOnline: (agent) => online.has(agent) },
    clock,
  });
  const deps: EnrolDeps = {
    store,
    secret,
    jobKeySpki: 'job-key',
    lines: new Lines(),
    isOnline: (agent) => online.has(agent),
    drop: (agent, { code }: ResoleError) => dropped.push(`${agent} ${code}`),
    happen: (id, event) => runner.happen(id, event),
    distroOf: async () => debian12,
    log: () => undefined,
    exclusively: (task) => task(),
    now: () => clock.now(),
  };
  return {
    ...{ store, clock, online, dropped, deps },
    ask: (request: EnrolmentRequest) => enrol(deps, request),
    request: (token: string, changes: Partial<EnrolmentRequest> = {}): EnrolmentRequest => ({
      ...{ token, publicKey: newKey(), facts },
      ...changes,
    }),
    /** An operator's token, as it is given to an agent. */
    token: async (uses = 1, system?: string): Promise<string> => {
      const [id, word] = [newId('tok'), 's'.repeat(43)];
      const secretHash = createHash('sha256').update(word).digest('hex');
      const expiresAt = '2026-01-02T00:00:00.000Z';
      const named = system === undefined ? {} : { system };
      await store.tokens.create(
        stamped({ id, secretHash, expiresAt, uses, ...named }, clock.now()),
      );
      return joinToken(id, word, ca);
    },
    /** A reinstall of `web1`, its old agent, and the credential that its answer file carries. */
    reinstall: async (state: Job['state'] = 'installed') => {
      await store.systems.create(web1);
      const old = stamped(
        { id: newId('agt'), system: web1.id, publicKey: newKey(), revoked: false },
        clock.now(),
      );
      await store.agents.create(old);
      const job = makeJob({ system: web1.id, state, agent: old.id });
      await store.jobs.create(job);
      return { job, old, token: joinToken(job.id, ticket(secret, 'return', job.id), ca) };
    },
    /** Of all agents, in the order in which they came: which job they come back from, revoked or not. */
    agents: async () =>
      (await store.agents.list()).map(({ id, returnOf, revoked }) => [id, returnOf, revoked]),
    job: async (id: string) => (await store.jobs.get(id)) as Job,
  };
};

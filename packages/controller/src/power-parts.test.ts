import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Agent, Facts, Job, JobEvent, PowerResult, System } from '@resole/protocol';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Happening } from './jobs/record.ts';
import { makeJob } from './jobs/testing.ts';
import { makeSystem } from './power/testing.ts';
import { openPower } from './power-parts.ts';
import { memoryStore } from './store/memory.ts';
import { secretsOf } from './trust/secrets.ts';

const script = (folder: string) => `#!/bin/sh
cat > ${folder}/input
echo $1 >> ${folder}/orders
[ $1 != status ] || echo on
[ $1 = status ] || [ ! -e ${folder}/slow ] || exec sleep 30
[ ! -e ${folder}/broken ] || { echo 'no fuse' >&2; exit 1; }
`;

const opened = async ({ refreshSeconds = 0 } = {}) => {
  const folder = await mkdtemp(join(tmpdir(), 'resole-power-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const program = join(folder, 'power');
  await writeFile(program, script(folder));
  await chmod(program, 0o755);
  const store = memoryStore();
  const secrets = secretsOf(randomBytes(32));
  const happened: [string, Happening][] = [];
  const ordered: string[] = [];
  const online = new Set<string>();
  const notHere = async (): Promise<never> => {
    throw new Error('not in this test');
  };
  const power = openPower({
    store,
    secrets,
    triggers: { wants: () => false } as never,
    settings: { parallel: 4, staggerSeconds: 0, deadlineSeconds: 10, refreshSeconds },
    jobs: {
      service: { start: notHere },
      runner: {
        cancel: notHere,
        happen: async (id, event) => {
          happened.push([id, event]);
          const job = (await store.jobs.get(id)) as Job;
          const events = [...job.events, event as JobEvent];
          const next = { ...job, revision: job.revision + 1, events };
          await store.jobs.replace(next);
          return next;
        },
      },
    },
    link: {
      isOnline: (agent) => online.has(agent),
      freshFacts: notHere,
      aliveBoot: notHere,
      guestOrder: async (agent, guest, action) => {
        ordered.push(`${agent} ${action} ${guest}`);
        return 'running';
      },
    },
    exclusively: (task) => task(),
    log: () => {},
  });
  onTestFinished(() => power.close());
  const system = makeSystem('web1', {
    driver: 'command',
    password: secrets.seal('hush'),
    options: { program },
  });
  await store.systems.create(system);
  const orders = async () => (await readFile(join(folder, 'orders'), 'utf8')).trim().split('\n');
  return { folder, store, power, happened, ordered, online, system, orders };
};

const BY_COMMAND = 'by command (it was on before and is on now, and no agent was connected)';

const cycle = {
  action: 'cycle',
  driver: 'command',
  only: 'stalled',
  when: 'once, if the installer stalls',
} as const;

const passed = { type: 'deadline-passed' } as JobEvent;
const gaveUp = { type: 'installer-failed' } as JobEvent;

const stalled = (system: string, event: JobEvent): Job => {
  const job = makeJob({ system, state: 'stalled', events: [event] });
  return { ...job, plan: { ...job.plan, alterations: [cycle] } };
};

test('a stalled installer has its machine power-cycled, once', async () => {
  const { store, power, happened, system, orders } = await opened();
  const job = stalled(system.id, passed);
  await store.jobs.create(job);
  power.jobEvent(job, passed);
  power.jobEvent(job, passed);
  await vi.waitFor(() => expect(happened).toHaveLength(2), 15_000);
  expect(happened.at(-1)).toEqual([job.id, { type: 'power-cycled', message: BY_COMMAND }]);
  expect(await orders()).toEqual(['status', 'cycle', 'status']);

  power.jobEvent(job, passed);
  const plain = { ...stalled(system.id, passed), plan: { ...job.plan, alterations: [] } };
  const failed = stalled(system.id, gaveUp);
  for (const each of [plain, failed]) await store.jobs.create(each);
  power.jobEvent(plain, passed);
  power.jobEvent(failed, gaveUp);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(happened).toHaveLength(2);
});

test('a stop of the controller in the middle waits for the order, and tells the job nothing', async () => {
  const { folder, store, power, happened, system, orders } = await opened();
  await writeFile(join(folder, 'slow'), '');
  const job = stalled(system.id, passed);
  await store.jobs.create(job);
  power.jobEvent(job, passed);
  await vi.waitFor(async () => expect(await orders()).toContain('cycle'), 15_000);
  const begin = performance.now();
  await power.close();
  expect(performance.now() - begin).toBeLessThan(10_000);
  power.jobEvent(job, passed);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(happened.map(([, { type }]) => type)).toEqual(['step-started']);
});

test('where that fails, the job says why', async () => {
  const { folder, store, power, happened, system } = await opened();
  await writeFile(join(folder, 'broken'), '');
  const job = stalled(system.id, passed);
  await store.jobs.create(job);
  power.jobEvent(job, passed);
  await vi.waitFor(() => expect(happened).toHaveLength(2), 15_000);
  expect(happened[1]?.[1]).toEqual({
    type: 'power-failed',
    message: 'command: the power system of web1 refused: no fuse',
  });
});

test('the stored password reaches the driver in the clear, and nothing else', async () => {
  const { folder, store, power } = await opened();
  const results: unknown[] = [];
  const { signal } = new AbortController();
  await power.act(
    { action: 'status', systems: ['web1', 'web2'] },
    (one) => results.push(one),
    signal,
  );
  expect(results).toMatchObject([
    { name: 'web2', error: { code: 'not-found' } },
    { name: 'web1', state: 'on' },
  ]);
  expect(JSON.parse(await readFile(join(folder, 'input'), 'utf8'))).toMatchObject({
    password: 'hush',
  });
  expect(JSON.stringify([results, await store.power.list()])).not.toContain('hush');
});

test('a BMC that an agent finds fills in the power of a system that has none', async () => {
  const { store, power, system } = await opened();
  const bare = makeSystem('web2');
  await store.systems.create(bare);
  const bmc = { address: '192.0.2.7', protocols: ['redfish'] } satisfies Facts['bmc'];
  for (const { id } of [bare, system]) await power.learned(id, { bmc } as unknown as Facts);
  expect((await store.systems.get(bare.id))?.power).toEqual({
    driver: 'auto',
    address: '192.0.2.7',
    options: { protocol: 'redfish' },
  });
  const old = makeSystem('web3');
  await store.systems.create(old);
  const ipmi = { ...bmc, protocols: ['ipmi'], cipherSuites: [1, 2, 3] };
  await power.learned(old.id, { bmc: ipmi } as unknown as Facts);
  expect((await store.systems.get(old.id))?.power?.options).toEqual({
    protocol: 'ipmi',
    cipherSuite: 3,
  });
  await store.agents.create({ id: 'agt_35ahtc7lqn2x6w4dzk5q', system: old.id } as Agent);
  const { signal } = new AbortController();
  expect((await power.examine('web3', signal)).map(({ text }) => text)).toEqual([
    'the BMC at 192.0.2.7 is not used: its password is not known (`resole power detect web3` asks for it)',
    'the agent of web3 is not connected: is the machine on?',
  ]);
  expect((await store.systems.get(system.id))?.power).toEqual(system.power);
});

test('a machine that only its agent switches has a last state too', async () => {
  const { store, power, online } = await opened({ refreshSeconds: 1 });
  const [on, gone, bare] = ['web2', 'web3', 'web4'].map((name) => makeSystem(name));
  const ids = { on: 'agt_35ahtc7lqn2x6w4dzk5q', gone: 'agt_45ahtc7lqn2x6w4dzk5q' };
  for (const system of [on, gone, bare]) await store.systems.create(system as System);
  await store.agents.create({ id: ids.on, system: on?.id, revoked: false } as Agent);
  await store.agents.create({ id: ids.gone, system: gone?.id, revoked: false } as Agent);
  online.add(ids.on);
  await power.start();
  const states = async () =>
    (await power.lasts()).map(({ id, driver, state }) => [id, driver, state]);
  await vi.waitFor(
    async () => expect(await states()).toContainEqual([on?.id, 'agent', 'on']),
    5000,
  );
  online.delete(ids.on);
  power.jobEvent(makeJob({ system: on?.id ?? '', state: 'powered-off' }), passed);
  await vi.waitFor(
    async () => expect(await states()).toContainEqual([on?.id, 'agent', 'off']),
    5000,
  );
  // That nobody answers does not make it unknown.
  await new Promise((resolve) => setTimeout(resolve, 2500));
  expect((await states()).filter(([, driver]) => driver === 'agent')).toEqual([
    [on?.id, 'agent', 'off'],
  ]);
});

test('a guest is switched by the agent of its host, without a setting', async () => {
  const { store, power, system: host, ordered } = await opened();
  const uuid = '4c4c4544-0000-4010-8020-80c04f202020';
  const agent = { id: 'agt_35ahtc7lqn2x6w4dzk5q', system: host.id, revoked: false };
  await store.agents.create(agent as Agent);
  await store.systems.create({
    ...makeSystem('g1'),
    ...{ virtHost: host.id, machineUuid: uuid, macs: ['52:54:00:12:34:56'] },
  });
  const told: PowerResult[] = [];
  const { signal } = new AbortController();
  await power.act({ action: 'status', systems: ['g1'] }, (one) => told.push(one), signal);
  expect(told).toMatchObject([{ name: 'g1', driver: 'guest', state: 'on' }]);
  expect(ordered).toEqual([`${agent.id} status ${uuid}`]);
  expect((await power.examine('g1', signal)).map(({ text }) => text)).toEqual([
    'the power system of g1 answers: g1 is on; it can do: status, on, off, soft-off, reset',
  ]);
});

import type { Agent, Job } from '@resole/protocol';
import { expect, test } from 'vitest';
import { newId, stamped } from '../store/stored.ts';
import { testInventory } from './testing.ts';

const now = new Date('2026-01-02T03:04:05.678Z');

/** A profile `web` below `base`, systems of both, an agent and an old, revoked one. */
const filled = async () => {
  const made = await testInventory();
  const { inventory, store } = made;
  await inventory.profiles.add({ name: 'web', parent: 'base' });
  const host = await inventory.systems.add({ name: 'host', profile: 'base' });
  await inventory.systems.add({ name: 'guest', profile: 'web', virtHost: 'host' });
  const agent: Agent = stamped(
    { id: newId('agt'), system: host.id, publicKey: 'k', revoked: false },
    now,
  );
  await store.agents.create(agent);
  await store.agents.create({ ...agent, id: newId('agt'), revoked: true });
  return { ...made, host, agent };
};

test('nothing that is in use is removed, unless all that depends on it may go', async () => {
  const { inventory, store, agentsGone, agent } = await filled();
  await expect(inventory.distros.remove('debian')).rejects.toMatchObject({
    code: 'object-in-use',
    message: 'distro "debian" is used by profile base',
    remedy: 'remove or change what uses it first, or remove it all: --recursive',
  });
  const dry = await inventory.distros.remove('debian', { recursive: true, dryRun: true });
  expect(dry.removed.map(({ noun, name }) => `${noun} ${name}`)).toEqual([
    'system guest',
    'profile web',
    `agent ${agent.id}`,
    'system host',
    'profile base',
    'distro debian',
  ]);
  expect(await store.systems.list()).toHaveLength(2);
  expect(await inventory.distros.remove('debian', { recursive: true })).toEqual(dry);
  for (const collection of ['distros', 'profiles', 'systems', 'agents'] as const) {
    expect(await store[collection].list()).toEqual([]);
  }
  expect(agentsGone).toEqual([agent.id]);
});

test('what merely mentions an object is not removed for its sake', async () => {
  const { inventory } = await filled();
  await expect(inventory.systems.remove('host', { recursive: true })).rejects.toMatchObject({
    message: 'system "host" is used by system guest',
    remedy: 'remove or change what uses it first',
  });
  await inventory.systems.edit('guest', { virtHost: null });
  expect((await inventory.systems.remove('host', { recursive: true })).object.name).toBe('host');
});

test('a job that has not ended holds its system, profile, distro, image and host', async () => {
  const { inventory, store, host } = await filled();
  const { id: profile } = await inventory.profiles.show('web');
  const { id: distro } = await inventory.distros.show('debian');
  const image = await inventory.images.add({
    ...{ name: 'cloud', arch: 'x86_64', format: 'raw', file: { path: import.meta.filename } },
  });
  const other = await inventory.systems.add({ name: 'other', profile: 'base' });
  const plan = { profile: { id: profile }, distro: { id: distro }, image, host: other };
  const job = stamped(
    {
      id: newId('job'),
      system: host.id,
      state: 'installing',
      plan,
    },
    now,
  ) as unknown as Job;
  await store.jobs.create(job);
  const text = `job ${job.id}, which is installing`;
  for (const removal of [
    inventory.systems.remove('host', { recursive: true }),
    inventory.profiles.remove('web', { recursive: true, dryRun: true }),
    inventory.distros.remove('debian', { recursive: true }),
    inventory.images.remove('cloud'),
    inventory.systems.remove('other'),
  ]) {
    await expect(removal).rejects.toThrow(text);
  }
  await store.jobs.replace({ ...job, state: 'returned', revision: 2 });
  await inventory.profiles.remove('web', { recursive: true });
});

test('a removal based on a stale revision is a conflict', async () => {
  const { inventory } = await filled();
  await inventory.systems.edit('guest', { comment: 'changed' });
  await expect(inventory.systems.remove('guest', { revision: 1 })).rejects.toMatchObject({
    code: 'revision-conflict',
  });
  await inventory.systems.remove('guest', { revision: 2 });
});

test('templates are held by name, and by the folder that they are in', async () => {
  const { inventory } = await testInventory();
  await inventory.templates.add({ name: 'mine/a.sh', text: '' });
  await inventory.templates.add({ name: 'mine/b.sh', text: '' });
  await inventory.profiles.edit('base', { answerFile: 'mine/', bootArgs: 'linux/boot-args' });
  await expect(inventory.templates.remove('mine/a.sh')).rejects.toThrow(
    'template "mine/a.sh" is used by profile base',
  );
  await inventory.profiles.edit('base', { answerFile: null });
  expect((await inventory.templates.remove('mine/a.sh')).removed).toMatchObject([
    { noun: 'template', name: 'mine/a.sh' },
  ]);
});

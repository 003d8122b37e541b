import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { memoryStore } from '../store/memory.ts';
import { secretsOf } from '../trust/secrets.ts';
import { openInventory } from './inventory.ts';
import { sealingPasswords } from './power-secrets.ts';

const opened = () => {
  const store = memoryStore();
  const secrets = secretsOf(randomBytes(32));
  const { systems } = sealingPasswords(
    openInventory(store, {}, () => new Date(0)),
    secrets.seal,
  );
  const clear = async (id: string) => {
    const stored = (await store.systems.get(id))?.power?.password;
    return stored === undefined ? undefined : secrets.open(stored);
  };
  return { store, systems, clear };
};

const power = { driver: 'ipmi', address: '192.0.2.7', user: 'admin', password: 'hush' };

test('a password is kept sealed and never shown', async () => {
  const { store, systems, clear } = opened();
  const added = await systems.add({ name: 'web1', power });
  const shown = { driver: 'ipmi', address: '192.0.2.7', user: 'admin', hasPassword: true };
  expect(added.power).toEqual(shown);
  expect((await systems.show('web1')).power).toEqual(shown);
  expect((await systems.list())[0]?.power).toEqual(shown);
  expect((await systems.find({ name: 'web*' }))[0]?.power).toEqual(shown);
  expect(await clear(added.id)).toBe('hush');
  expect(JSON.stringify(await store.systems.list())).not.toContain('hush');
  expect((await systems.remove('web1')).object.power).toEqual(shown);
});

test('an edit of the rest keeps it; one that names it changes it or takes it away', async () => {
  const { systems, clear } = opened();
  const { id, power: shown } = await systems.add({ name: 'web1', power });
  await systems.edit('web1', { power: { ...shown, address: '192.0.2.8' } });
  expect(await clear(id)).toBe('hush');
  await systems.edit('web1', { power: { ...shown, password: 'sealed.v1.other' } });
  expect(await clear(id)).toBe('sealed.v1.other');
  const bare = await systems.edit('web1', { power: { driver: 'ipmi', password: null } });
  expect(bare.power).toEqual({ driver: 'ipmi' });
  expect(await clear(id)).toBeUndefined();
});

test('a copy is another machine and has another BMC', async () => {
  const { systems } = opened();
  await systems.add({ name: 'web1', power });
  expect((await systems.copy('web1', { name: 'web2' })).power).toBeUndefined();
});

test('a wrong one is refused without being repeated', async () => {
  const { systems } = opened();
  const adding = systems.add({ name: 'web1', power: { ...power, password: 'x'.repeat(257) } });
  await expect(adding).rejects.toMatchObject({ code: 'invalid-input' });
  await expect(adding).rejects.toSatisfy((error) => !JSON.stringify(error).includes('xxx'));
  const number = systems.add({ name: 'web1', power: { ...power, password: 815 } });
  await expect(number).rejects.toMatchObject({
    details: [{ field: 'power.password', problem: 'is text' }],
  });
});

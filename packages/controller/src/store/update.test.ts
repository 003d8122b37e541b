import { expect, test } from 'vitest';
import { memoryStore } from './memory.ts';
import { newId, stamped } from './stored.ts';
import { update } from './update.ts';

const now = new Date('2026-01-02T03:04:05.678Z');

test('changes that meet are all kept', async () => {
  const store = memoryStore();
  const web = stamped({ id: newId('sys'), name: 'web' }, now);
  await store.systems.create(web);
  await Promise.all([
    update(store.systems, web.id, { hostname: 'web.example.org' }, now),
    update(store.systems, web.id, { comment: 'changed' }, now),
    update(store.systems, web.id, { disk: 'serial:1' }, now),
  ]);
  expect(await store.systems.get(web.id)).toEqual({
    ...web,
    revision: 4,
    hostname: 'web.example.org',
    comment: 'changed',
    disk: 'serial:1',
  });
});

test('what is gone cannot be changed', async () => {
  await expect(update(memoryStore().systems, newId('sys'), {}, now)).rejects.toMatchObject({
    code: 'not-found',
  });
});

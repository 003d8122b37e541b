import { describe, expect, test } from 'vitest';
import type { Store } from '../../packages/controller/src/store/store.ts';
import { newId, revised, stamped } from '../../packages/controller/src/store/stored.ts';
import { type ErrorCode, type Profile, ResoleError } from '../../packages/protocol/src/index.ts';

const now = new Date('2026-01-02T03:04:05.678Z');
const later = new Date('2026-01-02T03:05:00.000Z');

const profile = (name: string): Profile =>
  stamped({ id: newId('prf'), name, parent: 'base', vars: { list: [1, { deep: true }] } }, now);

const codeOf = async (attempt: Promise<unknown>): Promise<ErrorCode | 'none'> => {
  try {
    await attempt;
    return 'none';
  } catch (error) {
    if (error instanceof ResoleError) return error.code;
    throw error;
  }
};

/** What every store must do. `withStore` gives the test a fresh, empty one and cleans up behind it. */
export const storeContract = (
  name: string,
  withStore: (use: (store: Store) => Promise<void>) => Promise<void>,
): void => {
  describe(`store contract: ${name}`, () => {
    const check = (what: string, use: (store: Store) => Promise<void>) =>
      test(what, () => withStore(use));

    check('an object is read as it was created', async (store) => {
      const web = profile('web');
      await store.profiles.create(web);
      expect(await store.profiles.get(web.id)).toEqual(web);
      expect(await store.profiles.get(newId('prf'))).toBeUndefined();
      expect(await store.distros.list()).toEqual([]);
    });

    check('a list is in order of creation, also after changes', async (store) => {
      const all = ['m', 'z', 'a', 'k'].map(profile);
      for (const one of all) await store.profiles.create(one);
      const [first] = all;
      if (first === undefined) throw new Error('unreachable');
      await store.profiles.replace(revised(first, { name: 'zz' }, later));
      expect((await store.profiles.list()).map((one) => one.name)).toEqual(['zz', 'z', 'a', 'k']);
    });

    check('neither writer nor reader can change what is stored', async (store) => {
      const web = profile('web');
      await store.profiles.create(web);
      web.name = 'changed by the writer';
      const read = await store.profiles.get(web.id);
      expect(() => Object.assign(read?.vars ?? {}, { list: 'changed by a reader' })).toThrow(
        TypeError,
      );
      expect(await store.profiles.get(web.id)).toMatchObject({
        name: 'web',
        vars: { list: [1, { deep: true }] },
      });
    });

    check('a name is taken once in each collection', async (store) => {
      const web = profile('web');
      await store.profiles.create(web);
      expect(await codeOf(store.profiles.create(profile('web')))).toBe('name-taken');
      expect(await codeOf(store.profiles.create({ ...web, name: 'other' }))).toBe('name-taken');
      const system = stamped({ id: newId('sys'), name: 'web' }, now);
      expect(await codeOf(store.systems.create(system))).toBe('none');
      const db = profile('db');
      await store.profiles.create(db);
      expect(await codeOf(store.profiles.replace(revised(db, { name: 'web' }, later)))).toBe(
        'name-taken',
      );
      expect(await store.profiles.list()).toEqual([web, db]);
    });

    check('a name is free again after renaming and after removal', async (store) => {
      const web = profile('web');
      await store.profiles.create(web);
      await store.profiles.replace(revised(web, { name: 'www' }, later));
      await store.profiles.create(profile('web'));
      await store.profiles.remove(web.id);
      expect(await codeOf(store.profiles.create(profile('www')))).toBe('none');
    });

    check('only the next revision replaces', async (store) => {
      const web = profile('web');
      await store.profiles.create(web);
      expect(await codeOf(store.profiles.replace(web))).toBe('revision-conflict');
      expect(await codeOf(store.profiles.replace({ ...web, revision: 3 }))).toBe(
        'revision-conflict',
      );
      const next = revised(web, { comment: 'changed' }, later);
      expect(next).toEqual({
        ...web,
        comment: 'changed',
        revision: 2,
        updatedAt: '2026-01-02T03:05:00.000Z',
      });
      await store.profiles.replace(next);
      expect(await store.profiles.get(web.id)).toEqual(next);
    });

    check('of writers at the same time, one wins and the others hear of it', async (store) => {
      const web = profile('web');
      await store.profiles.create(web);
      const codes = await Promise.all(
        ['a', 'b', 'c'].map((comment) =>
          codeOf(store.profiles.replace(revised(web, { comment }, later))),
        ),
      );
      expect(codes).toEqual(['none', 'revision-conflict', 'revision-conflict']);
      expect((await store.profiles.get(web.id))?.comment).toBe('a');
      const names = await Promise.all(
        [1, 2, 3].map(() => codeOf(store.profiles.create(profile('new')))),
      );
      expect(names).toEqual(['none', 'name-taken', 'name-taken']);
    });

    check('what is not there cannot be replaced or removed', async (store) => {
      const web = profile('web');
      expect(await codeOf(store.profiles.replace(web))).toBe('not-found');
      expect(await codeOf(store.profiles.remove(web.id))).toBe('not-found');
      await store.profiles.create(web);
      await store.profiles.remove(web.id);
      expect(await codeOf(store.profiles.remove(web.id))).toBe('not-found');
      expect(await store.profiles.list()).toEqual([]);
    });

    check('indices find what is stored, as it is now', async (store) => {
      const base = profile('base');
      const web = { ...profile('web'), parent: base.id, repos: [newId('rep')] };
      const by = async (index: 'name' | 'reference', key: string) =>
        (await store.profiles.by(index, key)).map((one) => one.name).sort();
      await store.profiles.create(base);
      await store.profiles.create(web);
      await store.profiles.create({ ...profile('sub'), parent: base.id });
      expect(await by('name', 'web')).toEqual(['web']);
      expect(await by('reference', base.id)).toEqual(['sub', 'web']);
      expect(await by('reference', web.repos[0] ?? '')).toEqual(['web']);
      await store.profiles.replace(revised(web, { name: 'www', parent: 'other' }, later));
      expect(await by('name', 'web')).toEqual([]);
      expect(await by('name', 'www')).toEqual(['www']);
      expect(await by('reference', base.id)).toEqual(['sub']);
      expect(await by('reference', 'other')).toEqual(['www']);
      await store.profiles.remove(web.id);
      expect(await by('reference', 'other')).toEqual([]);
      expect(await by('name', 'none')).toEqual([]);
    });

    check('many objects at once', async (store) => {
      const all = Array.from({ length: 100 }, (_, index) => profile(`p${index}`));
      await Promise.all(all.map((one) => store.profiles.create(one)));
      expect(await store.profiles.list()).toHaveLength(100);
      await store.close();
    });
  });
};

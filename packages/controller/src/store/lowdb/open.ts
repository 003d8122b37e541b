import { chmod, mkdir, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ResoleError } from '@resole/protocol';
import { Low } from 'lowdb';
import { z } from 'zod';
import { type Backing, StoredCollection } from '../collection.ts';
import { collections, indicesOf, nouns, operators } from '../collections.ts';
import { readStored } from '../refused.ts';
import type { CollectionName, IndexOf, ObjectOf, Store } from '../store.ts';
import type { StoredFields } from '../stored.ts';
import { DurableFile, isTemporary, syncFolder } from './durable-file.ts';

const unreadable = (path: string, why: string, cause?: unknown) =>
  new ResoleError('store-unreadable', `${path} cannot be read: ${why}`, {
    remedy: 'repair the file or put back a copy; removing it removes the object',
    cause,
  });

/** Reads one object; what a person edited by hand is checked like everything else. */
const readObject = async <T extends StoredFields>(
  path: string,
  id: string,
  schema: z.ZodType<T>,
  lenient: boolean,
): Promise<T> => {
  const db = new Low<unknown>(new DurableFile(path), {});
  await db.read().catch((cause: unknown) => {
    throw unreadable(path, cause instanceof Error ? cause.message : String(cause), cause);
  });
  const { object, error } = readStored(schema, db.data, lenient);
  if (error !== undefined) throw unreadable(path, z.prettifyError(error), error);
  if (object.id !== id) throw unreadable(path, `it holds ${object.id}`);
  return object;
};

const byCreation = (a: StoredFields, b: StoredFields): number =>
  a.createdAt < b.createdAt || (a.createdAt === b.createdAt && a.id < b.id) ? -1 : 1;

const openCollection = async <Name extends CollectionName>(
  root: string,
  name: Name,
): Promise<StoredCollection<ObjectOf<Name> & StoredFields, IndexOf<Name>>> => {
  type T = ObjectOf<Name> & StoredFields;
  const schema = collections[name] as unknown as z.ZodType<T>;
  const lenient = operators.has(name);
  const folder = join(root, name);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const objects: T[] = [];
  for (const file of await readdir(folder)) {
    const path = join(folder, file);
    if (isTemporary(file)) await rm(path);
    else if (file.endsWith('.json') && !file.startsWith('.')) {
      objects.push(await readObject(path, basename(file, '.json'), schema, lenient));
    }
  }
  const fileOf = (id: string) => join(folder, `${id}.json`);
  const backing: Backing<T> = {
    save: (object) => new Low<T>(new DurableFile(fileOf(object.id)), object).write(),
    delete: async (id) => {
      await rm(fileOf(id));
      await syncFolder(folder);
    },
  };
  try {
    return new StoredCollection(nouns[name], backing, indicesOf(name), objects.sort(byCreation));
  } catch (cause) {
    throw unreadable(folder, cause instanceof Error ? cause.message : String(cause), cause);
  }
};

/**
 * Opens the embedded store: one JSON file per object, `<dataDir>/store/<collection>/<id>.json`, read
 * once and kept in memory. Makes what isn't there yet; what a kill left half-written is removed.
 * @throws ResoleError `store-unreadable` naming the file that cannot be understood.
 */
export const openLowdbStore = async (dataDir: string): Promise<Store> => {
  const root = join(dataDir, 'store');
  await mkdir(root, { recursive: true, mode: 0o700 });
  await chmod(root, 0o700);
  const opened = {
    distros: await openCollection(root, 'distros'),
    profiles: await openCollection(root, 'profiles'),
    systems: await openCollection(root, 'systems'),
    repos: await openCollection(root, 'repos'),
    images: await openCollection(root, 'images'),
    templates: await openCollection(root, 'templates'),
    tokens: await openCollection(root, 'tokens'),
    agents: await openCollection(root, 'agents'),
    facts: await openCollection(root, 'facts'),
    jobs: await openCollection(root, 'jobs'),
    power: await openCollection(root, 'power'),
    settings: await openCollection(root, 'settings'),
  };
  await syncFolder(root);
  return {
    ...opened,
    close: async () => {
      await Promise.all(Object.values(opened).map((collection) => collection.settled()));
    },
  };
};

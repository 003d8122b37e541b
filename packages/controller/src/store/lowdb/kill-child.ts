import { writeSync } from 'node:fs';
import type { Profile, System, Template } from '@resole/protocol';
import type { Collection } from '../store.ts';
import { newId, revised, type StoredFields, stamped } from '../stored.ts';
import { openLowdbStore } from './open.ts';

/**
 * For the kill test: writes at random until it is killed or has acknowledged enough, to several
 * collections and several objects at once. It prints a line for each acknowledged write,
 * `<collection> <id> <revision> <mac or text>`, with revision 0 for a removal. A line with `?` before
 * goes out ahead of each removal: killed in between, the object may be gone or not.
 */
const [folder, most = '0'] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: kill-child.ts FOLDER MOST');

/** Straight to the pipe: what was printed survives the kill. */
const say = (line: string): void => {
  writeSync(1, `${line}\n`);
};

const store = await openLowdbStore(folder);
let acknowledged = 0;

interface Part<T extends StoredFields> {
  name: string;
  collection: Collection<T>;
  make(): T;
  change(object: T): Partial<T>;
  /** What an index finds the object by. */
  key(object: T): string;
  mine: T[];
}

const padding = () => 'x'.repeat(Math.random() * 4000);
const mac = () => {
  const bytes = Array.from({ length: 5 }, () => Math.floor(Math.random() * 256));
  return ['52', ...bytes.map((byte) => byte.toString(16).padStart(2, '0'))].join(':');
};
const named = (prefix: 'sys' | 'prf' | 'tpl') => {
  const id = newId(prefix);
  return stamped({ id, name: id.replace('_', '-') }, new Date());
};

const systems: Part<System> = {
  name: 'systems',
  collection: store.systems,
  make: () => ({ ...named('sys'), macs: [mac()], comment: padding() }),
  change: () => ({ macs: [mac()], comment: padding() }),
  key: ({ macs = [] }) => macs[0] ?? '',
  mine: [],
};
const profiles: Part<Profile> = {
  name: 'profiles',
  collection: store.profiles,
  make: () => ({ ...named('prf'), distro: newId('dst'), vars: { padding: padding() } }),
  change: () => ({ distro: newId('dst'), vars: { padding: padding() } }),
  key: ({ distro = '' }) => distro,
  mine: [],
};
const templates: Part<Template> = {
  name: 'templates',
  collection: store.templates,
  make: () => ({ ...named('tpl'), text: padding() }),
  change: () => ({ name: `t${Math.random()}`, text: padding() }),
  key: ({ name }) => name,
  mine: [],
};

const write = async <T extends StoredFields>(part: Part<T>): Promise<void> => {
  const { name, collection, key } = part;
  const picked = part.mine[Math.floor(Math.random() * part.mine.length)];
  const dice = Math.random();
  const done = (object: T) => {
    acknowledged += 1;
    part.mine.push(object);
    say(`${name} ${object.id} ${object.revision} ${key(object)}`);
  };
  if (picked === undefined || dice < 0.5) {
    const object = part.make();
    await collection.create(object);
    done(object);
    return;
  }
  part.mine = part.mine.filter((object) => object !== picked);
  if (dice < 0.9) {
    const next = revised(picked, part.change(picked), new Date());
    await collection.replace(next);
    done(next);
  } else {
    say(`? ${picked.id}`);
    await collection.remove(picked.id);
    acknowledged += 1;
    say(`${name} ${picked.id} 0 ${key(picked)}`);
  }
};

say('open');
const writeOn = async <T extends StoredFields>(part: Part<T>): Promise<void> => {
  while (acknowledged < Number(most)) await write(part);
};
await Promise.all([writeOn(systems), writeOn(systems), writeOn(profiles), writeOn(templates)]);

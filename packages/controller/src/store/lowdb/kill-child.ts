import { writeSync } from 'node:fs';
import type { System } from '@resole/protocol';
import { newId, revised, stamped } from '../stored.ts';
import { openLowdbStore } from './open.ts';

/**
 * For the kill test: writes at random until it is killed, several objects at once, and prints a
 * line for each acknowledged write: `<id> <revision>`, or `<id> removed`. A line with `?` before
 * goes out ahead of each removal: killed in between, the object may be gone or not.
 */
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: kill-child.ts FOLDER');

/** Straight to the pipe: what was printed survives the kill. */
const say = (line: string): void => {
  writeSync(1, `${line}\n`);
};

const store = await openLowdbStore(folder);
let mine: System[] = [];

const write = async (): Promise<void> => {
  const picked = mine[Math.floor(Math.random() * mine.length)];
  const dice = Math.random();
  if (picked === undefined || dice < 0.5) {
    const id = newId('sys');
    const system = stamped({ id, name: id, comment: 'x'.repeat(Math.random() * 4000) }, new Date());
    await store.systems.create(system);
    mine.push(system);
    say(`${system.id} 1`);
    return;
  }
  mine = mine.filter((system) => system !== picked);
  if (dice < 0.9) {
    const next = revised(picked, { comment: 'y'.repeat(Math.random() * 4000) }, new Date());
    await store.systems.replace(next);
    mine.push(next);
    say(`${next.id} ${next.revision}`);
  } else {
    say(`? ${picked.id}`);
    await store.systems.remove(picked.id);
    say(`${picked.id} removed`);
  }
};

say('open');
await Promise.all(
  [1, 2, 3, 4].map(async () => {
    for (;;) await write();
  }),
);

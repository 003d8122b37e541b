import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { openLowdbStore } from './open.ts';

const child = join(import.meta.dirname, 'kill-child.ts');
const WRITES = 1000;
const parts = ['systems', 'profiles', 'templates'] as const;
type Part = (typeof parts)[number];

const isPart = (text: string): text is Part => parts.some((part) => part === text);

/** What the writer was told is done, for one object. */
interface Acknowledged {
  part: Part;
  /** 0 where it was removed. */
  revision: number;
  /** What an index finds it by. */
  key: string;
}

/**
 * Runs the writer on the folder and kills it in the middle of its writing, after the given number of
 * acknowledged writes and a moment more.
 */
const writeAndKill = async (folder: string, writes: number): Promise<string[]> => {
  const writer = execa(process.execPath, [child, folder, String(WRITES)], { reject: false });
  const lines: string[] = [];
  let acknowledged = 0;
  for await (const line of writer) {
    lines.push(line);
    if (!/^[?o]/.test(line)) acknowledged += 1;
    if (acknowledged === writes) setTimeout(() => writer.kill('SIGKILL'), Math.random() * 4);
  }
  const { signal, stderr } = await writer;
  expect({ signal, stderr }).toEqual({ signal: 'SIGKILL', stderr: '' });
  return lines;
};

test(`killed in the middle of ${WRITES} random writes, every acknowledged one is there, whole`, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'resole-kill-'));
  const known = new Map<string, Acknowledged>();
  const perhapsGone = new Set<string>();
  let writes = 0;
  let kills = 0;
  try {
    while (writes < WRITES) {
      const until = Math.min(WRITES - writes, 40 + Math.floor(Math.random() * 120));
      for (const line of await writeAndKill(folder, until)) {
        const [first = '', id = '', revision = '', key = ''] = line.split(' ');
        if (first === '?') perhapsGone.add(id);
        if (!isPart(first)) continue;
        writes += 1;
        known.set(id, { part: first, revision: Number(revision), key });
      }
      kills += 1;
      // Opens without help: every file is parsed and checked, a torn one would throw here.
      const store = await openLowdbStore(folder);
      const byKey = {
        systems: (key: string) => store.systems.by('mac', key),
        profiles: (key: string) => store.profiles.by('reference', key),
        templates: (key: string) => store.templates.by('name', key),
      };
      const lost: string[] = [];
      for (const [id, { part, revision, key }] of known) {
        const found = await store[part].get(id);
        if (found === undefined) {
          if (revision !== 0 && !perhapsGone.has(id)) lost.push(`${id} is gone`);
          continue;
        }
        if (revision === 0) lost.push(`${id} is back`);
        else if (found.revision < revision) lost.push(`${id} is at ${found.revision}`);
        else if (
          found.revision === revision &&
          !(await byKey[part](key)).some((each) => each.id === id)
        ) {
          lost.push(`${id} is not found by ${key}`);
        }
      }
      expect(lost).toEqual([]);
      for (const part of parts) {
        const files = await readdir(join(folder, 'store', part));
        expect(files.filter((file) => file.startsWith('.'))).toEqual([]);
        expect(await store[part].list()).toHaveLength(files.length);
      }
      await store.close();
    }
    console.info(`${writes} acknowledged writes, ${kills} kills`);
  } finally {
    await rm(folder, { recursive: true });
  }
}, 60_000);

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { openLowdbStore } from './open.ts';

const child = join(import.meta.dirname, 'kill-child.ts');
const rounds = 25;

/** Runs the writer on the folder, kills it after `afterMs` of writing; what it said, line by line. */
const writeAndKill = async (folder: string, afterMs: number): Promise<string[]> => {
  const writer = execa(process.execPath, [child, folder], { reject: false });
  const lines: string[] = [];
  for await (const line of writer) {
    if (line === 'open') setTimeout(() => writer.kill('SIGKILL'), afterMs);
    lines.push(line);
  }
  const { signal, stderr } = await writer;
  expect({ signal, stderr }).toEqual({ signal: 'SIGKILL', stderr: '' });
  return lines;
};

test(`killed ${rounds} times at random moments, every acknowledged write is there`, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'resole-kill-'));
  /** Id → the revision that was acknowledged last. */
  const acknowledged = new Map<string, number>();
  const gone = new Set<string>();
  const perhapsGone = new Set<string>();
  let writes = 0;
  try {
    for (let round = 0; round < rounds; round++) {
      for (const line of await writeAndKill(folder, Math.random() * 250)) {
        const [first = '', second = ''] = line.split(' ');
        if (first === 'open') continue;
        writes++;
        if (first === '?') perhapsGone.add(second);
        else if (second === 'removed') gone.add(first);
        else acknowledged.set(first, Number(second));
      }
      // Opening parses and checks every file: a torn one would throw here.
      const store = await openLowdbStore(folder);
      const present = new Map((await store.systems.list()).map((one) => [one.id, one.revision]));
      const lost = [...acknowledged].filter(([id, revision]) => {
        if (gone.has(id)) return present.has(id);
        const found = present.get(id);
        return found === undefined ? !perhapsGone.has(id) : found < revision;
      });
      expect(lost).toEqual([]);
      const files = await readdir(join(folder, 'store', 'systems'));
      expect(files.filter((file) => file.startsWith('.'))).toEqual([]);
    }
    expect(writes).toBeGreaterThan(rounds);
    console.info(`${writes} acknowledged writes, ${rounds} kills`);
  } finally {
    await rm(folder, { recursive: true });
  }
}, 120_000);

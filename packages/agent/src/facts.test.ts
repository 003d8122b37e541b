import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Facts } from '@resole/protocol';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { run } from './exec.ts';
import { localMachine } from './facts/machine.ts';
import { type Recording, recorded, replayed } from './facts/recording.ts';
import { readFacts } from './facts.ts';

const folder = join(import.meta.dirname, 'facts/fixtures');
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => name.replace('.yaml', ''));

test.each(names)('facts of the machine "%s"', async (name) => {
  const recording = parse(readFileSync(join(folder, `${name}.yaml`), 'utf8')) as Recording;
  const facts = await readFacts({ machine: replayed(recording) });
  const sent = Facts.parse(facts);
  expect(sent).toEqual(facts);
  await expect(`${JSON.stringify(sent, null, 2)}\n`).toMatchFileSnapshot(
    join(import.meta.dirname, `../../../test/golden/facts/${name}.json`),
  );
});

test('facts of this very machine, and the same from its recording', async () => {
  const { machine, recording } = recorded(localMachine(run));
  const facts = await readFacts({ machine });
  expect(Facts.parse(facts)).toEqual(facts);
  expect(facts.bootId).toMatch(/^[0-9a-f-]{36}$/);
  expect(facts.memoryBytes).toBeGreaterThan(2 ** 27);
  expect(await readFacts({ machine: replayed(await recording()) })).toEqual(facts);
});

import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { AGENT_VERSION } from './version.ts';

test("the version is package.json's", async () => {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  expect(AGENT_VERSION).toBe(JSON.parse(text).version);
});

import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { renewedPages } from '../../scripts/lib/docs.ts';
import { repository } from '../support/cache.ts';

test('the pages that are made from the code are as the code is', async () => {
  for (const [path, text] of await renewedPages()) {
    expect(
      await readFile(path, 'utf8'),
      `${basename(path)}: node scripts/lib/docs.ts --write`,
    ).toBe(text);
  }
});

test('every page is reached from the README, and every link leads somewhere', async () => {
  const pages = (await readdir(join(repository, 'docs'))).filter((name) => name.endsWith('.md'));
  const readme = await readFile(join(repository, 'README.md'), 'utf8');
  expect(pages.filter((name) => !readme.includes(`docs/${name}`))).toEqual([]);
  const linked = [...readme.matchAll(/\]\(docs\/([^)#]+)\)/g)].map((match) => match[1]);
  expect(linked.filter((name) => !pages.includes(name ?? ''))).toEqual([]);
});

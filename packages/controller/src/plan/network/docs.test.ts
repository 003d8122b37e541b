import { readFileSync } from 'node:fs';
import { ResoleError } from '@resole/protocol';
import { expect, test } from 'vitest';
import { type NetworkSyntax, networkArguments } from './index.ts';
import { networks } from './networks.fixture.ts';

const path = new URL('../../../../../docs/network.md', import.meta.url).pathname;

const columns: [string, NetworkSyntax][] = [
  ['image', 'image'],
  ['FAI, Anaconda, Agama (dracut)', 'dracut'],
  ['debian-installer', 'netcfg'],
  ['Ubuntu (casper)', 'casper'],
  ['SUSE (linuxrc)', 'linuxrc'],
];

test('docs/network.md says what the code does', async () => {
  const cells = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const table = [
    cells(['the machine has', ...columns.map(([title]) => title)]),
    cells(['---', ...columns.map(() => '---')]),
    ...Object.entries(networks).map(([title, network]) =>
      cells([
        title,
        ...columns.map(([, syntax]) => {
          try {
            networkArguments(syntax, network, 'web1');
            return 'yes';
          } catch (error) {
            if (error instanceof ResoleError && error.code === 'network-unsupported') return 'no';
            throw error;
          }
        }),
      ]),
    ),
  ];
  const text = readFileSync(path, 'utf8');
  const [start, end] = ['<!-- generated: vitest -u writes this table -->\n', '<!-- end -->'];
  const before = text.slice(0, text.indexOf(start) + start.length);
  const after = text.slice(text.indexOf(end));
  await expect(`${before}${table.join('\n')}\n${after}`).toMatchFileSnapshot(path);
});

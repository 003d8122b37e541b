import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkImports } from '../../scripts/lib/check-imports.ts';
import { importsOf, violationsOf } from '../../scripts/lib/imports.ts';
import type { PackageRules } from '../../scripts/lib/layers.ts';

test('the imports of this repository run one way', async () => {
  const { found } = await checkImports(join(import.meta.dirname, '../..'));
  expect(found.map(({ file, line, problem }) => `${file}:${line}: ${problem}`)).toEqual([]);
});

test('every kind of import is seen, with its line', () => {
  const text = `import a from './a.ts';
import {
  b,
  type B,
} from './b.ts';
import './c.ts';
export * from './d.ts';
export const e = await import('./e.ts');
import type { F } from "./f.ts";
const text = 'import it';
`;
  expect(importsOf(text).map(({ line, specifier }) => `${line} ${specifier}`)).toEqual([
    '1 ./a.ts',
    '5 ./b.ts',
    '6 ./c.ts',
    '7 ./d.ts',
    '8 ./e.ts',
    '9 ./f.ts',
  ]);
});

/** A small table of its own: the real one grows with the project. */
const rules: Record<string, PackageRules> = {
  protocol: { packages: [], node: false },
  agent: { packages: ['protocol'], node: true },
  controller: {
    packages: ['protocol'],
    node: true,
    layers: {
      rows: [['cli'], ['http', 'link'], ['jobs'], ['plan'], ['store']],
      only: { cli: ['plan'] },
    },
  },
};

test('what runs the wrong way is told with file and line', () => {
  const src = (name: string) => `packages/${name}`;
  const files = new Map([
    [src('protocol/src/a.ts'), "import { join } from 'node:path';\nimport '@resole/agent';\n"],
    [src('agent/src/a.ts'), "import '@resole/controller';\nimport '../../protocol/src/a.ts';\n"],
    [src('controller/src/jobs/a.ts'), "\nimport '../http/b.ts';\nimport '../plan/c.ts';\n"],
    [src('controller/src/http/b.ts'), "import '../link/d.ts';\nimport '../store/e.ts';\n"],
    [src('controller/src/cli/f.ts'), "import '../jobs/a.ts';\nimport '../new/a.ts';\n"],
    [src('controller/src/store/e.ts'), "import './g.ts';\n"],
    [src('controller/src/store/g.ts'), "import type {} from './e.ts';\n"],
    [src('controller/src/jobs/a.test.ts'), "import '../store/e.ts';\nimport '../http/b.ts';\n"],
  ]);
  const lines = violationsOf(files, rules).map(({ file, line, problem }) =>
    `${file}:${line}: ${problem}`.replaceAll('packages/', ''),
  );
  expect(lines).toMatchInlineSnapshot(`
    [
      "protocol/src/a.ts:1: protocol must not use Node's "node:path"",
      "protocol/src/a.ts:2: protocol must not import agent",
      "agent/src/a.ts:1: agent must not import controller",
      "agent/src/a.ts:2: agent must not reach into protocol: import "@resole/…"",
      "controller/src/jobs/a.ts:2: jobs must not import http: http is above it",
      "controller/src/http/b.ts:1: http must not import link: link is beside it",
      "controller/src/cli/f.ts:1: cli must not import jobs, only plan",
      "controller/src/cli/f.ts:2: "new" has no place in scripts/lib/layers.ts",
      "controller/src/store/e.ts:1: imports in a circle: controller/src/store/e.ts → controller/src/store/g.ts → controller/src/store/e.ts",
    ]
  `);
});

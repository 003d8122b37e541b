/** `node scripts/lib/check-imports.ts`: fails when an import of a package runs the wrong way. */
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Violation, violationsOf } from './imports.ts';
import { rules } from './layers.ts';

/** Checks all packages of the workspace at `root`. */
export async function checkImports(root: string): Promise<{ files: number; found: Violation[] }> {
  const files = new Map<string, string>();
  for await (const file of glob('packages/*/src/**/*.ts', { cwd: root })) {
    files.set(file, await readFile(join(root, file), 'utf8'));
  }
  return { files: files.size, found: violationsOf(files, rules) };
}

if (import.meta.main) {
  const { files, found } = await checkImports(join(import.meta.dirname, '../..'));
  for (const { file, line, problem } of found) console.error(`${file}:${line}: ${problem}`);
  if (found.length > 0) process.exitCode = 1;
  else console.log(`imports of ${files} files run one way`);
}

import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { type Checked, type Checker, programPath } from './checker.ts';
import type { FileKind } from './kinds.ts';
import type { Problem } from './problem.ts';
import { checkers } from './registry.ts';

/** What one checker said of one text. */
export interface Verdict {
  checker: string;
  /** `not-checked`: its program is not there, which is never passed over in silence. */
  state: 'passed' | 'failed' | 'not-checked';
  problems: Problem[];
  /** What to install, where it was not checked. */
  missing?: { command: string; package: string };
}

/**
 * Puts a rendered text before every checker of its kind.
 * @param path where programs are looked for, as in PATH
 */
export const checkText = (
  kind: FileKind,
  checked: Checked,
  path = programPath,
): Promise<Verdict[]> =>
  Promise.all(checkers[kind].map((checker) => verdictOf(checker, checked, path)));

const verdictOf = async (checker: Checker, checked: Checked, path: string): Promise<Verdict> => {
  const { name, program } = checker;
  if (program !== undefined && !(await isThere(program.command, path))) {
    return { checker: name, state: 'not-checked', problems: [], missing: program };
  }
  const problems = await checker.check(checked);
  return { checker: name, state: problems.length === 0 ? 'passed' : 'failed', problems };
};

const isThere = async (command: string, path: string): Promise<boolean> => {
  for (const folder of path.split(delimiter)) {
    if (folder === '') continue;
    const found = access(join(folder, command), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (await found) return true;
  }
  return false;
};

/** Editing an object by hand, in the operator's own editor. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ResoleError } from '@resole/protocol';
import type { CliContext } from './context.ts';

/** A text that is edited. */
export interface Draft {
  /** Of the file, so that the editor knows the language. */
  name: string;
  text: string;
  /** The flag that takes the same from a file. */
  flag: string;
}

/**
 * Has the operator edit the text, and saves what became of it. What cannot be saved is not lost: the
 * error says in which file it is.
 * @throws ResoleError `invalid-input` where there is no terminal; `program-failed`; what `save` throws.
 */
export async function editText<T>(
  { name, text, flag }: Draft,
  { stdin, host }: CliContext,
  save: (text: string) => Promise<T>,
): Promise<T> {
  if (stdin.isTTY !== true) {
    throw new ResoleError('invalid-input', 'nothing to change was given', {
      remedy: 'give a flag (see --help) or --file FILE; an editor needs a terminal',
    });
  }
  const folder = await mkdtemp(join(tmpdir(), 'resole-edit-'));
  const file = join(folder, name.replaceAll('/', '-'));
  let kept = false;
  try {
    await writeFile(file, text, { mode: 0o600 });
    await openEditor(file, host.env);
    const edited = await readFile(file, 'utf8');
    return await save(edited).catch((error: unknown) => {
      if (edited === text || !(error instanceof ResoleError)) throw error;
      kept = true;
      const { code, message, details, remedy } = error;
      const again = `what you wrote is in ${file}: mend it, and give it with ${flag}`;
      throw new ResoleError(code, message, {
        details,
        remedy: remedy === undefined ? again : `${remedy}; ${again}`,
        cause: error,
      });
    });
  } finally {
    if (!kept) await rm(folder, { recursive: true, force: true });
  }
}

const openEditor = async (file: string, env: CliContext['host']['env']): Promise<void> => {
  const { execa } = await import('execa');
  const chosen = env.RESOLE_EDITOR || env.VISUAL || env.EDITOR || 'vi';
  const [program = 'vi', ...args] = chosen.split(/\s+/);
  await execa(program, [...args, file], { stdio: 'inherit' }).catch((cause) => {
    throw new ResoleError('program-failed', `the editor "${chosen}" failed: nothing was changed`, {
      remedy: 'choose another: EDITOR=nano resole …',
      cause,
    });
  });
};

/** Editing an object by hand, in the operator's own editor. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ResoleError } from '@resole/protocol';
import type { CliContext } from './context.ts';
import { parseObject } from './files.ts';
import type { Fields } from './flags.ts';
import { asYaml } from './output.ts';

/** @throws ResoleError `invalid-input` where there is no terminal, or what was saved is not YAML. */
export async function editText(
  before: Fields,
  title: string,
  { stdin, host }: CliContext,
): Promise<Fields> {
  if (stdin.isTTY !== true) {
    throw new ResoleError('invalid-input', 'nothing to change was given', {
      remedy: 'give a flag (see --help) or --file FILE; an editor needs a terminal',
    });
  }
  const { execa } = await import('execa');
  const { env } = host;
  const chosen = env.RESOLE_EDITOR || env.VISUAL || env.EDITOR || 'vi';
  const [program = 'vi', ...args] = chosen.split(/\s+/);
  const folder = await mkdtemp(join(tmpdir(), 'resole-edit-'));
  const file = join(folder, `${title.replaceAll('/', '-')}.yaml`);
  try {
    await writeFile(file, asYaml(before), { mode: 0o600 });
    await execa(program, [...args, file], { stdio: 'inherit' }).catch((cause) => {
      throw new ResoleError('program-failed', `the editor "${chosen}" failed`, {
        remedy: 'choose another: EDITOR=nano resole …',
        cause,
      });
    });
    return parseObject(await readFile(file, 'utf8'), 'what was saved');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

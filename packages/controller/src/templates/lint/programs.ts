/** Checkers that are programs of their own. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Checker, problemsIn, say, withFolder } from './checker.ts';
import type { Problem } from './problem.ts';

/** A program that fails without a word that we understand is told as it is. */
export const orAll = (found: Problem[], failed: boolean, said: string): Problem[] =>
  found.length > 0 || !failed ? found : [{ problem: said.split('\n')[0] || 'it was refused' }];

/** A database of its own: the host's is locked while it is used, and the check fails without a word. */
const debconfRc = (folder: string): string =>
  ['config', 'templates']
    .map((name) => `Name: ${name}\nDriver: File\nFilename: ${folder}/${name}.dat\n`)
    .reduce((all, each) => `${all}\n${each}`, 'Config: config\nTemplates: templates\n');

export const debconf: Checker = {
  name: 'debconf-set-selections --checkonly',
  program: { command: 'debconf-set-selections', package: 'debconf' },
  check: ({ text }) =>
    withFolder(async (folder) => {
      const rc = join(folder, 'debconf.conf');
      await writeFile(rc, debconfRc(folder));
      const env = { DEBCONF_SYSTEMRC: rc };
      const { failed, said } = await say('debconf-set-selections', ['--checkonly'], {
        input: text,
        env,
      });
      const found = problemsIn(
        said,
        /^(?:warning|error): (?<problem>.*?(?:on )?line (?<line>\d+).*)$/gm,
      );
      return orAll(found, failed, said);
    }),
};

export const cloudInit: Checker = {
  name: 'cloud-init schema',
  program: { command: 'cloud-init', package: 'cloud-init' },
  check: ({ text }) =>
    withFolder(async (folder) => {
      const path = join(folder, 'user-data');
      await writeFile(path, text);
      const { failed, said } = await say('cloud-init', ['schema', '--config-file', path]);
      if (!failed) return [];
      const line = /format-l(\d+)|line (\d+)/.exec(said);
      const words = said
        .replaceAll(path, 'the file')
        .split('\n')
        .filter((each) => !/^Error:?$/.test(each))
        .join(' ');
      return [
        {
          ...(line === null ? {} : { line: Number(line[1] ?? line[2]) }),
          problem: words.replace(/^.*Cloud config schema errors: /, ''),
        },
      ];
    }),
};

const shell = (command: 'bash' | 'dash'): Checker => ({
  name: `${command} -n`,
  program: { command, package: command },
  check: async ({ text }) => {
    const { failed, said } = await say(command, ['-n'], { input: text });
    return orAll(problemsIn(said, /^\w+: (?:line )?(?<line>\d+): (?<problem>.*)$/gm), failed, said);
  },
});

export const bash = shell('bash');
export const dash = shell('dash');

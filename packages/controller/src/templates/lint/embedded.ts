/** Shell scripts inside of other files, checked by the shell that will run them. */
import type { Checker } from './checker.ts';
import type { Problem } from './problem.ts';
import { bash, dash } from './programs.ts';

interface Script {
  /** Line of the file that the script's first line is in. */
  line: number;
  shell: 'bash' | 'sh';
  text: string;
}

const check = async (scripts: readonly Script[], version: string): Promise<Problem[]> => {
  const found = scripts.map(async ({ line, shell, text }) => {
    const problems = await (shell === 'bash' ? bash : dash).check({ text, version });
    return problems.map(
      (each): Problem => ({
        line: line + (each.line ?? 1) - 1,
        problem: each.problem,
      }),
    );
  });
  return (await Promise.all(found)).flat();
};

/** `d-i preseed/late_command string …`: one line, which a backslash at its end goes on with. */
const preseedScripts = (text: string): Script[] =>
  [...text.matchAll(/^\S+\s+\S+_command\s+string[ \t]+((?:.*\\\n)*.*)$/gm)].map(
    ([all, command = ''], _index) => ({
      line: text.slice(0, text.indexOf(all)).split('\n').length,
      shell: 'sh',
      // debconf joins the lines before the shell sees them.
      text: command.replaceAll('\\\n', ' '),
    }),
  );

/** `%pre`, `%post`, `%traceback` … `%end`; another interpreter than a shell is left alone. */
const kickstartScripts = (text: string): Script[] => {
  const section =
    /^%(?:pre-install|pre|post|onerror|traceback|firstboot)\b(.*)\n([\s\S]*?)^%end\b/gm;
  return [...text.matchAll(section)].flatMap(([, options = '', body = ''], index): Script[] => {
    const interpreter = /--interpreter[= ](\S+)/.exec(options)?.[1] ?? '/bin/sh';
    if (!/(^|\/)(ba|da)?sh$/.test(interpreter)) return [];
    const before = [...text.matchAll(section)][index]?.index ?? 0;
    return [
      {
        line: text.slice(0, before).split('\n').length + 1,
        // On what kickstart installs, /bin/sh is bash.
        shell: 'bash',
        text: body,
      },
    ];
  });
};

/** ESXi's sections, each of which ends where another begins; busybox is nearest to dash. */
const esxiScripts = (text: string): Script[] =>
  [...text.matchAll(/^%(?:pre|post|firstboot)\b(.*)\n((?:(?!%).*(?:\n|$))*)/gm)].flatMap(
    ({ index, 1: options = '', 2: body = '' }): Script[] =>
      /--interpreter=python\b/.test(options)
        ? []
        : [{ line: text.slice(0, index).split('\n').length + 1, shell: 'sh', text: body }],
  );

export const preseedCommands: Checker = {
  name: 'dash -n on its commands',
  program: { command: 'dash', package: 'dash' },
  check: ({ text, version }) => check(preseedScripts(text), version),
};

export const kickstartSections: Checker = {
  name: 'bash -n on its scripts',
  program: { command: 'bash', package: 'bash' },
  check: ({ text, version }) => check(kickstartScripts(text), version),
};

export const esxiSections: Checker = {
  name: 'dash -n on its scripts',
  program: { command: 'dash', package: 'dash' },
  check: ({ text, version }) => check(esxiScripts(text), version),
};

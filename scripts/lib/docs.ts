/**
 * The parts of docs/ that are made from the code. `node scripts/lib/docs.ts --write` renews them; a
 * test compares, so that a state, an error or a command can't be without documentation.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  errorClass,
  errorCodes,
  finalStates,
  JobKind,
  JobState,
  PowerAction,
} from '@resole/protocol';
import type { CliContext } from '../../packages/controller/src/cli/context.ts';
import { buildProgram } from '../../packages/controller/src/cli/program.ts';
import { signatures } from '../../packages/controller/src/import/signatures/index.ts';
import { tables } from '../../packages/controller/src/jobs/machine.ts';
import type { PowerDriver } from '../../packages/controller/src/power/driver.ts';
import { powerDrivers } from '../../packages/controller/src/power/index.ts';

const docs = join(import.meta.dirname, '../../docs');
const begin = '<!-- table: made by scripts/lib/docs.ts -->\n';
const end = '<!-- end of table -->\n';

const statesTable = (): string =>
  JobKind.options
    .map((kind) => {
      const rows = JobState.options
        .filter((state) => !finalStates.has(state) && Object.keys(tables[kind][state]).length > 0)
        .flatMap((state) =>
          Object.entries(tables[kind][state]).map(
            ([event, next]) => `| ${state} | ${event} | ${next === state ? '(stays)' : next} |`,
          ),
        );
      return `\n## ${kind}\n\n| state | event | next |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
    })
    .join('');

const errorsTable = (): string => {
  const rows = Object.entries(errorCodes).map(([code, name]) => {
    const { exit, http } = errorClass(name);
    return `| \`${code}\` | ${name} | ${exit} | ${http} |`;
  });
  return `\n| code | class | exit code | HTTP |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n\n`;
};

const mark = (can: boolean): string => (can ? 'yes' : '');

/** Driver × capability. */
const powerTable = (): string => {
  const nobody = async (): Promise<never> => {
    throw new Error('not to be used');
  };
  const drivers = powerDrivers(
    { isOnline: nobody, start: nobody, job: nobody, cancel: nobody },
    { order: nobody },
  );
  const actions = PowerAction.options;
  const rows = Object.entries<PowerDriver>(drivers).map(
    ([name, { about, needs, acts }]) =>
      `| \`${name}\` | ${about} | ${needs} | ${actions.map((each) => mark(acts[each] !== undefined)).join(' | ')} |`,
  );
  return `\n| driver | what it is | what it needs | ${actions.join(' | ')} |\n| --- | --- | --- |${' --- |'.repeat(actions.length)}\n${rows.join('\n')}\n\n`;
};

/** Commands with their arguments and options, as deep as they go. */
const commandsTable = async (): Promise<string> => {
  const screen = { write: () => true };
  const context: CliContext = {
    host: { hostname: 'controller', addresses: [], uid: 0, home: '/root', env: {} },
    stdin: Readable.from([]),
    stdout: screen,
    stderr: screen,
    cwd: '/',
    signal: new AbortController().signal,
  };
  const nouns = (await buildProgram(context, [])).commands.map((command) => command.name());
  const program = await buildProgram(context, nouns);
  type Node = (typeof program.commands)[number];
  const lines = (command: Node, path: string): string[] => {
    const words = `${path} ${command.name()}`;
    if (command.commands.length > 0) return command.commands.flatMap((sub) => lines(sub, words));
    const options = command.options.map(
      (option) => `\n  - \`${option.flags}\`: ${option.description}`,
    );
    const usage = `${words} ${command.usage().replace(/\[options\] ?/, '')}`.trim();
    return [`- \`${usage}\`: ${command.description()}${options.join('')}`];
  };
  return `\n${program.commands.flatMap((command) => lines(command, 'resole')).join('\n')}\n\n`;
};

/** What `resole import` recognises, and by which files. */
const signaturesTable = (): string => {
  const rows = signatures.map(({ os, family, marks, boots = [], menus = [] }) => {
    const by = marks
      .filter(({ optional }) => !optional)
      .map(({ path }) => [path].flat().join('` or `'));
    const kernels = [...boots.map(({ kernel }) => kernel), ...menus.slice(0, 1)];
    const cell = (paths: readonly string[]) =>
      [...new Set(paths)].map((path) => `\`${path}\``).join('<br>') || '–';
    return `| ${os} | ${family} | ${cell(by)} | ${cell(kernels)} |`;
  });
  return `\n| what | family | recognised by | kernel |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n\n`;
};

/** Page → what is made for it. */
const made: Readonly<Record<string, () => string | Promise<string>>> = {
  'states.md': statesTable,
  'errors.md': errorsTable,
  'cli.md': commandsTable,
  'power.md': powerTable,
  'import.md': signaturesTable,
};

/** Pages as they should be, by path. */
export const renewedPages = async (): Promise<Map<string, string>> => {
  const pages = new Map<string, string>();
  for (const [name, make] of Object.entries(made)) {
    const path = join(docs, name);
    const text = await readFile(path, 'utf8');
    const from = text.indexOf(begin) + begin.length;
    const to = text.indexOf(end);
    if (from < begin.length || to < from) throw new Error(`${path} has lost its marks`);
    pages.set(path, text.slice(0, from) + (await make()) + text.slice(to));
  }
  return pages;
};

if (import.meta.main && process.argv.includes('--write')) {
  for (const [path, text] of await renewedPages()) await writeFile(path, text);
}

import { expect, test } from 'vitest';
import { wordsOf } from './completion.ts';
import { allNouns, buildProgram } from './program.ts';
import { contextOf, runCli } from './testing.ts';

const program = await buildProgram(contextOf(), allNouns);
const commands = wordsOf(program).map(({ path }) => path);
/** Those that do something: no other command's path goes on from theirs. */
const leaves = commands.filter((path) => !commands.some((other) => other.startsWith(`${path} `)));

test('these are the commands', () => {
  expect(leaves.filter((path) => path !== '')).toMatchSnapshot();
});

test.each(leaves.map((path) => [path]))('"resole %s --help" has examples', async (path) => {
  const { code, out, err } = await runCli([...path.split(' ').filter(Boolean), '--help']);
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/^Usage: resole/);
  expect(out).toMatch(/\nExamples:\n {2}\S/);
});

test('every command tells what it does', () => {
  const silent: string[] = [];
  const walk = (command: typeof program) => {
    if (command.description() === '') silent.push(command.name());
    for (const sub of command.commands) walk(sub);
  };
  walk(program);
  expect(silent).toEqual([]);
});

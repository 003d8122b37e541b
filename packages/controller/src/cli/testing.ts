/** Runs the CLI in the test's own process: text in, text and exit code out. */
import { Readable } from 'node:stream';
import type { CliContext, Screen } from './context.ts';
import { run } from './run.ts';

export interface Ran {
  code: number;
  out: string;
  err: string;
}

export interface RunOptions {
  input?: string;
  env?: Record<string, string>;
  cwd?: string;
}

export async function runCli(
  words: readonly string[],
  { input = '', env = {}, cwd = '/' }: RunOptions = {},
): Promise<Ran> {
  const context = contextOf({ input, env, cwd });
  const code = await run(words, context);
  return { code, out: context.stdout.text(), err: context.stderr.text() };
}

interface TestScreen extends Screen {
  text(): string;
}

interface TestContext extends CliContext {
  stdout: TestScreen;
  stderr: TestScreen;
}

/** A context like that of a script: no terminal, an empty home. */
export function contextOf({ input = '', env = {}, cwd = '/' }: RunOptions = {}): TestContext {
  return {
    host: { hostname: 'here', addresses: ['192.0.2.9'], uid: 1000, home: '/nonexistent', env },
    stdin: Readable.from([input]),
    stdout: screen(),
    stderr: screen(),
    cwd,
    signal: new AbortController().signal,
  };
}

function screen(): TestScreen {
  const parts: string[] = [];
  return {
    columns: 100,
    write: (part: string) => parts.push(part),
    text: () => parts.join(''),
  };
}

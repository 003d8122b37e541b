/** The CLI from its sources at a terminal, as a person uses it: util-linux's script makes one. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { repository } from '../../support/cache.ts';
import { until } from '../../support/source-controller.ts';

export interface Terminal {
  /** Waits until the screen says so. */
  says(words: string | RegExp): Promise<void>;
  type(text: string): void;
  /** The exit code and all that was on the screen. */
  ended: Promise<{ code: number; screen: string }>;
}

/** What Ctrl-C sends. */
export const INTERRUPT = '\x03';

export const openTerminal = (
  folder: string,
  words: readonly string[],
  env: Record<string, string> = {},
): Terminal => {
  const main = join(repository, 'packages/controller/src/main.ts');
  const command = [process.execPath, main, ...words, '--data-dir', join(folder, 'data')];
  const line = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  const child = spawn(
    'script',
    ['--quiet', '--flush', '--return', '--command', line, '/dev/null'],
    {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...env, PATH: process.env.PATH, HOME: folder, TERM: 'xterm', SHELL: '/bin/sh' },
    },
  );
  let screen = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes: Buffer) => {
      screen += stripVTControlCharacters(bytes.toString());
    });
  }
  child.stdin.on('error', () => undefined);
  const ended = once(child, 'close').then(([code]: unknown[]) => ({ code: Number(code), screen }));
  return {
    says: (words) =>
      until(
        `"${words}" on the screen: ${screen}`,
        60,
        async () =>
          (typeof words === 'string' ? screen.includes(words) : words.test(screen)) || undefined,
      ).then(() => undefined),
    type: (text) => void child.stdin.write(text),
    ended,
  };
};

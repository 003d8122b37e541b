import { execa } from 'execa';
import { expect, test } from 'vitest';
import { preamble, remoteCommand } from './remote.ts';

/** What the login shell at the other end would do with the command line. */
const atTheOtherEnd = async (script: string, args: string[], input: string) => {
  const { stdout } = await execa('sh', ['-c', remoteCommand(script, args, 'no')], {
    input: preamble('secret') + input,
    stripFinalNewline: false,
  });
  return stdout;
};

test('arguments stay what they are, whatever is in them', async () => {
  const evil = [`'; echo pwned; '`, '$(echo pwned)', 'two\nlines', '', '*'];
  const script = 'for each in "$@"; do printf "%s\\0" "$each"; done';
  expect(await atTheOtherEnd(script, evil, '')).toBe(evil.map((word) => `${word}\0`).join(''));
});

test('a script reads its own input to the last byte, and never the password', async () => {
  const bytes = 'line\n\n\\n  spaces \n'.repeat(5000);
  expect(await atTheOtherEnd('cat', [], bytes)).toBe(bytes);
});

import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { command } from '../../packages/controller/src/power/command.ts';
import { powerContract, target } from './power.ts';

/** What an operator would write: standard input is JSON, the answer to `status` is one word. */
const script = (folder: string) => `#!/bin/sh
input=$(cat)
case $input in *'"password":"right"'*) ;; *) echo 'that is not the password' >&2; exit 3 ;; esac
case $1 in
status) cat ${folder}/state ;;
on | reset | cycle) echo on > ${folder}/state ;;
off | soft-off) echo off > ${folder}/state ;;
boot-device) echo "$input" > ${folder}/boot ;;
esac
`;

powerContract(
  'command',
  ['status', 'on', 'off', 'soft-off', 'reset', 'cycle', 'boot-device'],
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'resole-command-'));
    const program = join(folder, 'power');
    await writeFile(program, script(folder));
    await chmod(program, 0o755);
    await writeFile(join(folder, 'state'), 'off\n');
    const read = (name: string) => readFile(join(folder, name), 'utf8');
    const options = { program };
    return {
      driver: command,
      target: target({ password: 'right', options }),
      isOn: async () => (await read('state')).trim() === 'on',
      bootedFrom: () => read('boot'),
      wrong: {
        password: { target: target({ password: 'wrong', options }), code: 'power-wrong-password' },
        'no such program': {
          target: target({ options: { program: `${program}-2` } }),
          code: 'power-not-configured',
        },
        'no absolute path': {
          target: target({ options: { program: 'power' } }),
          code: 'power-not-configured',
        },
      },
      stop: () => rm(folder, { recursive: true }),
    };
  },
);

test('what a program writes is told without the password', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'resole-command-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const program = join(folder, 'talkative');
  await writeFile(
    program,
    '#!/bin/sh\ninput=$(cat)\n[ "$1" = status ] && echo "$input" && exit 0\necho "no use: $input" >&2\nexit 9\n',
  );
  await chmod(program, 0o755);
  const password = 'say "friend"';
  const mine = target({ password, options: { program } });
  const io = { signal: new AbortController().signal };
  const input = (action: string) =>
    `{"action":"${action}","system":"web1","password":"***","macs":[]}`;
  await expect(command.acts.on?.(mine, io)).rejects.toMatchObject({
    code: 'power-failed',
    message: `the power system of web1 refused: no use: ${input('on')}`,
  });
  await expect(command.acts.status?.(mine, io)).rejects.toMatchObject({
    message: `the power system of web1 refused: the program must print on, off or unknown, and printed "${input('status')}"`,
  });
});

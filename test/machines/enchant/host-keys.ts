/** Whose key it is, as OpenSSH sees it. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { SshServer } from './servers.ts';
import { atTerminal, endOf, rehearse } from './visit.ts';
import type { EnchantWorld } from './world.ts';

/** A configuration of ssh that knows these hosts: lines of known_hosts. */
const knowing = async ({ keys }: EnchantWorld, name: string, lines: string): Promise<string> => {
  const known = join(keys.folder, `known-${name}`);
  const config = join(keys.folder, `config-${name}`);
  await writeFile(known, lines);
  await writeFile(
    config,
    `UserKnownHostsFile ${known}\nGlobalKnownHostsFile /dev/null\nIdentityFile ${join(keys.folder, 'user')}\n`,
  );
  return config;
};

const fingerprintOf = async (key: string): Promise<string> =>
  (await execa('ssh-keygen', ['-l', '-f', key])).stdout.split(' ')[1] ?? '';

export const hostKeys = async (world: EnchantWorld, { port }: SshServer): Promise<unknown> => {
  const { folder } = world.keys;
  const right = await fingerprintOf(join(folder, 'host.pub'));
  const another = await fingerprintOf(join(folder, 'user.pub'));
  const other = (await readFile(join(folder, 'user.pub'), 'utf8')).trim();
  const changed = await knowing(world, 'changed', `[127.0.0.1]:${port} ${other}\n`);
  const nobody = await knowing(world, 'nobody', '');
  const told = (text: string) =>
    text.replaceAll(right, 'RIGHT').replaceAll(another, 'ANOTHER').replaceAll(String(port), 'PORT');
  const look = async (config: string | undefined, ...more: string[]) =>
    told(await rehearse(world, { port, more, ...(config === undefined ? {} : { config }) }));
  const asked = async (config: string, answer: string) => {
    const terminal = atTerminal(world, { port, config, more: ['--dry-run'] });
    await terminal.says(`fingerprint is ${right}`);
    await terminal.says('continue connecting');
    terminal.type(`${answer}\r`);
    return told(await endOf(terminal));
  };
  const named = atTerminal(world, {
    ...{ port, config: nobody },
    more: ['--dry-run', '--host-key', another],
  });
  return {
    'another is known': await look(changed),
    'another is known, the right one named': await look(changed, '--host-key', right),
    'the right one is known, another named': await look(undefined, '--host-key', another),
    'none is known': await look(nobody),
    'the jump host is not known': await rehearse(world, {
      ...{ port: 1, host: 'db1.inside', config: nobody },
      more: ['--jump', `root@127.0.0.1:${port}`],
    }).then(told),
    'another named, at a terminal': told(await endOf(named)),
    'asked, no': await asked(nobody, 'no'),
    'asked, yes': await asked(nobody, 'yes'),
    'known since then': await look(nobody),
  };
};

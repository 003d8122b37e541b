/** `resole power test` and `resole power detect`: what is wrong, and what is there. */
import { input } from '@inquirer/prompts';
import { type Bmc, type PowerFinding, ResoleError, type System } from '@resole/protocol';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { readSecret } from '../files.ts';
import { examplesText } from '../noun.ts';
import type { Column } from '../output.ts';
import { openSession, type Session } from '../session.ts';

const pathOf = (system: string, rest = ''): string =>
  `/v1/systems/${encodeURIComponent(system)}${rest}`;

const findingColumns: Column<PowerFinding>[] = [
  { title: 'driver', of: ({ driver }) => driver },
  { title: 'ok', of: ({ ok, warning }) => (ok ? (warning ? 'warning' : 'yes') : 'NO') },
  { title: 'what', of: ({ text }) => text },
];

export const registerTest = (command: Command, context: CliContext): void => {
  command
    .description('say in words what is wrong with the power of a system; changes nothing')
    .argument('<system>', 'name, id, host name, MAC or machine UUID')
    .addHelpText('after', examplesText(['resole power test web1']));
  command.action(async (system: string) => {
    const { client, output } = await openSession(command, context);
    const findings = await (await client()).send<PowerFinding[]>(
      'POST',
      pathOf(system, '/power/test'),
    );
    output.list(findings, findingColumns, 'nothing to look at');
    if (findings.some(({ ok, warning }) => ok && !warning)) return;
    throw new ResoleError('power-failed', `nothing can switch ${system} now`, {
      remedy: 'see above',
    });
  });
};

interface Detection {
  system: string;
  virtualization: string;
  bmc?: Bmc;
}

const textOf = ({ system, virtualization, bmc }: Detection): string => {
  if (bmc === undefined) {
    if (virtualization === 'none') return `${system} has no BMC that its agent can see`;
    return virtualization === 'unknown'
      ? `nothing is known of the hardware of ${system}: no agent of it was ever connected`
      : `${system} is a guest (${virtualization}): its host switches it`;
  }
  const details = [
    bmc.vendor,
    bmc.firmware && `firmware ${bmc.firmware}`,
    bmc.mac && `MAC ${bmc.mac}`,
    bmc.protocols.join(' and '),
  ].filter(Boolean);
  return `${system} has a BMC at ${bmc.address ?? 'an address that it did not tell'}: ${details.join(', ')}`;
};

export const registerDetect = (command: Command, context: CliContext): void => {
  command
    .description('have the agent look for the BMC, and ask for its user and password once')
    .argument('<system>', 'name, id, host name, MAC or machine UUID')
    .option('--user <user>', 'user of the BMC')
    .option(
      '--password-file <file>',
      'file whose first line is the password; - for standard input, which asks at a terminal',
    )
    .addHelpText(
      'after',
      examplesText([
        'resole power detect web1',
        'resole power detect web1 --user admin --password-file /root/bmc-password',
      ]),
    );
  command.action(async (ref: string, given: { user?: string; passwordFile?: string }) => {
    const session = await openSession(command, context);
    const client = await session.client();
    const found = await client.send<Detection>('POST', pathOf(ref, '/power/detect'));
    session.output.done(textOf(found), found);
    if (found.bmc?.address === undefined) return;
    const { name, power = {} } = await client.get<System>(pathOf(ref));
    const said = await credentials(session, given, power.hasPassword === true);
    if (said === undefined) return;
    await client.send('PATCH', pathOf(name), { power: { ...power, ...said } });
    context.stderr.write(`kept: look with \`resole power test ${name}\`\n`);
  });
};

/** By flags, or by asking where somebody can be asked and nothing is known yet. */
const credentials = async (
  { context }: Session,
  given: { user?: string; passwordFile?: string },
  known: boolean,
): Promise<{ user?: string; password?: string } | undefined> => {
  const user = given.user === undefined ? {} : { user: given.user };
  if (given.passwordFile !== undefined) {
    const password = await readSecret(given.passwordFile, 'Password of the BMC', context);
    return { ...user, password };
  }
  if (given.user !== undefined && known) return user;
  if (known || !context.stdin.isTTY) return given.user === undefined ? undefined : user;
  const { stdin, stderr, signal } = context;
  const where = { input: stdin, output: stderr as NodeJS.WriteStream, signal };
  const name = given.user ?? (await input({ message: 'User of the BMC:' }, where));
  return { user: name, password: await readSecret('-', `Password of ${name}`, context) };
};

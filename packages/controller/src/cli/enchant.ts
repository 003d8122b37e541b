/** `resole enchant`. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ResoleError } from '@resole/protocol';
import { type Command, Option } from 'commander';
import { Connection } from '../enchant/connection.ts';
import type { AgentFile } from '../enchant/controller.ts';
import { keepPacked } from '../enchant/copy.ts';
import { type Enchanted, enchant } from '../enchant/enchant.ts';
import { parseTarget, parseTargets, type Target, targetText } from '../enchant/target.ts';
import type { Access } from './access.ts';
import { createClient } from './client.ts';
import type { CliContext } from './context.ts';
import { confirmByName } from './jobs/confirm.ts';
import { follow } from './jobs/start.ts';
import { examplesText } from './noun.ts';
import { createProgress } from './progress.ts';
import { openSession, type Session } from './session.ts';

interface Given {
  profile?: string;
  system?: string;
  method: 'auto' | 'kexec' | 'boot-once';
  hosts?: string;
  concurrency: string;
  identity?: string;
  jump?: string;
  sshConfig?: string;
  hostKey?: string;
  askSudoPassword?: boolean;
  sudoPasswordFile?: string;
  dryRun?: boolean;
  watch?: boolean;
  yes?: boolean;
}

export async function registerEnchant(command: Command, context: CliContext): Promise<void> {
  command
    .argument('[server]', 'user@host[:port], as OpenSSH knows it')
    .option('--profile <profile>', 'what it is to become; default: the profile of its system')
    .option('--system <name>', 'its name in the inventory; default: found by MAC, or its host name')
    .addOption(
      new Option('--method <method>', 'how the installer is started')
        .choices(['auto', 'kexec', 'boot-once'])
        .default('auto'),
    )
    .option('--hosts <file>', 'many servers, one a line; needs --yes or --dry-run')
    .option('--concurrency <number>', 'how many of them at a time', '4')
    .option('--identity <file>', 'private key, as ssh -i')
    .option('--jump <server>', 'jump host, as ssh -J')
    .option('--ssh-config <file>', 'configuration of ssh, as ssh -F')
    .option(
      '--host-key <fingerprint>',
      'SHA256:… that the host key must have, whatever known_hosts says',
    )
    .option('--ask-sudo-password', 'ask for the password that sudo wants there')
    .option('--sudo-password-file <file>', 'file with that password')
    .option('--dry-run', 'print the plan and stop; nothing stays on the server')
    .option('--watch', 'follow the installation to its end')
    .option('--yes', 'do not ask: erase the disk that the plan names')
    .addHelpText(
      'after',
      examplesText([
        'resole enchant root@203.0.113.7 --profile web --dry-run',
        'resole enchant admin@db1:2222 --profile db --system db1 --ask-sudo-password --watch',
        'resole enchant --hosts old-servers.txt --profile web --concurrency 8 --yes',
      ]),
    );
  command.action(async (server: string | undefined, given: Given) => {
    const session = await openSession(command, context);
    const targets = await targetsOf(server, given, context);
    const sudoPassword = await sudoPasswordOf(given, context);
    const folder = await mkdtemp(join(tmpdir(), 'resole-enchant-'));
    try {
      const agents = packedAgents(await session.access(), folder);
      const run = (target: Target, only: boolean) =>
        one({ session, given, target, only, agents, sudoPassword });
      const [target, ...others] = targets;
      if (target && others.length === 0 && server !== undefined)
        await report(session, given, await run(target, true));
      else await many(session, given, targets, (each) => run(each, false));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

interface One {
  session: Session;
  given: Given;
  target: Target;
  /** The only server: there is a person to ask, and room for a progress bar. */
  only: boolean;
  agents: (file: AgentFile, arch: 'x86_64' | 'aarch64') => Promise<string>;
  sudoPassword: string | undefined;
}

async function one({
  session,
  given,
  target,
  only,
  agents,
  sudoPassword,
}: One): Promise<Enchanted> {
  const { context } = session;
  const { env } = context.host;
  const interactive = only && (context.stdin.isTTY === true || env.SSH_ASKPASS !== undefined);
  const connection = await Connection.open({
    target,
    identity: given.identity,
    jump: given.jump,
    config: given.sshConfig,
    hostKey: given.hostKey,
    interactive,
    sudoPassword,
    signal: context.signal,
  });
  const bar = only ? await createProgress(context.stderr) : undefined;
  const name = targetText(target);
  try {
    return await enchant({
      connection,
      api: createClient(await session.access(), new AbortController().signal),
      wanted: {
        method: given.method,
        ...(given.profile === undefined ? {} : { profile: given.profile }),
        ...(given.system === undefined ? {} : { system: given.system }),
      },
      packedAgent: agents,
      progress: (phase, fraction) => bar?.show(`${name}: ${phase}`, fraction),
      ...(given.dryRun
        ? {}
        : {
            confirm: async (plan, text) => {
              bar?.end();
              if (given.yes) return;
              context.stderr.write(`${text}\n`);
              const disks = plan.erases.map((disk) => disk.id).join(', ');
              await confirmByName(
                context,
                plan.system.name,
                `Everything on ${disks} of ${name} will be lost`,
              );
            },
          }),
      signal: context.signal,
    });
  } finally {
    bar?.end();
    await connection.close();
  }
}

async function report(session: Session, given: Given, { plan, text, job }: Enchanted) {
  const { output, context } = session;
  if (job === undefined) {
    if (output.format === 'table') context.stdout.write(text);
    else output.object(plan);
  } else if (given.watch) await follow(session, job.id);
  else {
    output.done(
      `job ${job.id} on ${job.systemName} has begun\nwatch it: resole job watch ${job.id}`,
      job,
    );
  }
}

/** All servers, some at a time; one line each, then the number that failed. */
async function many(
  session: Session,
  given: Given,
  targets: readonly Target[],
  run: (target: Target) => Promise<Enchanted>,
): Promise<void> {
  const { context, output } = session;
  const waiting = [...targets];
  const rows: { server: string; result: string; job?: string; code?: string }[] = [];
  const worker = async () => {
    for (let target = waiting.shift(); target !== undefined; target = waiting.shift()) {
      context.signal.throwIfAborted();
      const server = targetText(target);
      try {
        const { plan, job } = await run(target);
        rows.push({
          server,
          result: job ? 'started' : `would become ${plan.profile?.name}`,
          ...(job ? { job: job.id } : {}),
        });
      } catch (error) {
        if (!(error instanceof ResoleError)) throw error;
        rows.push({ server, result: error.message, code: error.code });
      }
      context.stderr.write(`${server}: ${rows.at(-1)?.result}\n`);
    }
  };
  const count = Math.min(Number(given.concurrency), targets.length);
  await Promise.all(Array.from({ length: count }, worker));
  output.list(
    rows,
    [
      { title: 'server', of: (row) => row.server },
      { title: 'job', of: (row) => row.job },
      { title: 'error', of: (row) => row.code },
      { title: 'result', of: (row) => row.result },
    ],
    'no servers',
  );
  const failed = rows.filter((row) => row.code !== undefined).length;
  if (failed > 0) {
    throw new ResoleError('remote-failed', `${failed} of ${targets.length} servers failed`, {
      remedy: 'see the table; those are as they were',
    });
  }
}

async function targetsOf(server: string | undefined, given: Given, context: CliContext) {
  const wrong = (message: string, remedy: string) =>
    new ResoleError('invalid-input', message, { remedy });
  if ((server === undefined) === (given.hosts === undefined)) {
    throw wrong('which server?', 'name one, or give a file of many: --hosts FILE');
  }
  if (server !== undefined) return [parseTarget(server)];
  if (!given.yes && !given.dryRun) {
    throw wrong(
      'many servers are not asked about one by one',
      'look with --dry-run, then give --yes',
    );
  }
  if (given.system !== undefined) throw wrong('--system is for one server', 'leave it out');
  if (!/^[1-9]\d{0,3}$/.test(given.concurrency)) {
    throw wrong(`--concurrency ${given.concurrency}`, 'give a whole number from 1 on');
  }
  const path = resolve(context.cwd, given.hosts ?? '');
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw wrong(`cannot read ${path}: ${cause.code}`, 'give a file with one server a line');
  });
  const targets = parseTargets(text);
  if (targets.length === 0) throw wrong(`${path} names no server`, 'one a line: user@host[:port]');
  return targets;
}

async function sudoPasswordOf(given: Given, context: CliContext): Promise<string | undefined> {
  if (given.sudoPasswordFile !== undefined) {
    return (await readFile(resolve(context.cwd, given.sudoPasswordFile), 'utf8')).split('\n')[0];
  }
  if (!given.askSudoPassword) return undefined;
  const { password } = await import('@inquirer/prompts');
  return password(
    { message: 'Password for sudo on the server:' },
    {
      input: context.stdin,
      output: context.stderr as NodeJS.WriteStream,
      signal: context.signal,
    },
  );
}

/** The executables as gzip, fetched once per architecture. */
function packedAgents(access: Access, folder: string) {
  const fetched = new Map<string, Promise<string>>();
  return (file: AgentFile, arch: 'x86_64' | 'aarch64'): Promise<string> => {
    const path = join(folder, `resole-agent-${arch}.gz`);
    const known = fetched.get(arch) ?? download(access, arch, path, file);
    fetched.set(arch, known);
    return known;
  };
}

async function download(access: Access, arch: string, path: string, file: AgentFile) {
  const response = await new Promise<NodeJS.ReadableStream>((done, reject) => {
    request(
      new URL(`/v1/agent-files/${arch}/gz`, access.url),
      {
        headers: { authorization: `Bearer ${access.token}` },
        agent: false,
        ...(access.ca === undefined ? {} : { ca: access.ca }),
      },
      (reply) => {
        if (reply.statusCode === 200) return done(reply);
        reply.resume();
        reject(new ResoleError('download-failed', `the controller answered ${reply.statusCode}`));
      },
    )
      .on('error', reject)
      .end();
  });
  await keepPacked(response, path, file);
  return path;
}

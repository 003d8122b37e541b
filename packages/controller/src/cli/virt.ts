/** `resole virt …`: guests on machines with an agent. */
import type { Guest, GuestAction, JobRequest, JobView, Plan, Virt } from '@resole/protocol';
import { ResoleError } from '@resole/protocol';
import type { Command } from 'commander';
import type { CliContext } from './context.ts';
import { virtFlags } from './fields/virt.ts';
import { addFieldFlags, withFlags } from './flags.ts';
import { confirmByName } from './jobs/confirm.ts';
import { start } from './jobs/start.ts';
import { plainScreen } from './jobs/view.ts';
import { errorOfJob, watchJob } from './jobs/watch.ts';
import { examplesText } from './noun.ts';
import { openSession, type Session } from './session.ts';

/** What a guest is made of, without the `virt-` that the flags of profiles have. */
const guestFlags = {
  virt: virtFlags.map((each) => ({ ...each, flag: each.flag.replace('virt-', '') })),
};

interface Given {
  profile?: string;
  name?: string;
  mac?: string;
  dryRun?: boolean;
  watch?: boolean;
  yes?: boolean;
}

export async function registerVirt(command: Command, context: CliContext): Promise<void> {
  registerCreate(command, context);
  registerRecreate(command, context);
  registerList(command, context);
  for (const act of acts) registerAct(command, context, act);
}

function registerCreate(command: Command, context: CliContext): void {
  const create = command.command('create').description('make a guest on a host');
  create
    .argument('<host>', 'system whose agent makes it')
    .option('--profile <profile>', 'what it is to become')
    .option('--name <name>', 'its name; default: after its MAC')
    .option('--mac <mac>', 'its MAC; default: a fresh one below the setting virt.macPrefix')
    .option('--dry-run', 'print the plan and stop')
    .option('--watch', 'follow it to its end');
  addFieldFlags(create, guestFlags);
  create.addHelpText(
    'after',
    examplesText([
      'resole virt create host1 --profile web --name web7 --watch',
      'resole virt create host1 --profile web --memory 4096 --cpus 4 --dry-run',
    ]),
  );
  create.action(async (host: string, given: Given & Record<string, unknown>) => {
    const session = await openSession(create, context);
    const { virt } = await withFlags({}, guestFlags, given, context);
    await make(session, given, {
      kind: 'virt-create',
      host,
      recreate: false,
      ...(given.profile === undefined ? {} : { profile: given.profile }),
      ...(given.name === undefined ? {} : { name: given.name }),
      ...(given.mac === undefined ? {} : { mac: given.mac }),
      ...(virt === undefined ? {} : { virt: virt as Virt }),
    });
  });
}

function registerRecreate(command: Command, context: CliContext): void {
  const recreate = command
    .command('recreate')
    .description('delete a guest with its disks and install it again');
  recreate
    .argument('<guest>', 'name, id, MAC or machine UUID')
    .option('--profile <profile>', 'what it is to become; default: its own profile')
    .option('--dry-run', 'print the plan and stop')
    .option('--watch', 'follow it to its end')
    .option('--yes', 'do not ask');
  recreate.addHelpText('after', examplesText(['resole virt recreate web7 --watch']));
  recreate.action(async (guest: string, given: Given) => {
    const session = await openSession(recreate, context);
    const { name, virtHost } = await systemOf(session, guest);
    if (!given.yes && !given.dryRun) {
      await confirmByName(context, name, `The guest ${name} and all its disks will be deleted`);
    }
    await make(session, given, {
      kind: 'virt-create',
      host: virtHost,
      name,
      recreate: true,
      ...(given.profile === undefined ? {} : { profile: given.profile }),
    });
  });
}

const systemOf = async (session: Session, ref: string) => {
  const path = `/v1/systems/${encodeURIComponent(ref)}`;
  const system = await (await session.client()).get<{ name: string; virtHost?: string }>(path);
  const { virtHost } = system;
  if (virtHost !== undefined) return { name: system.name, virtHost };
  throw new ResoleError('invalid-input', `${system.name} is no guest`, {
    remedy: 'guests are made by `resole virt create`',
  });
};

const make = async (session: Session, given: Given, request: JobRequest): Promise<void> => {
  if (!given.dryRun) return start(session, request, given.watch === true);
  const client = await session.client();
  const { plan, text } = await client.send<{ plan: Plan; text: string }>(
    'POST',
    '/v1/plans',
    request,
  );
  if (session.output.format === 'table') session.context.stdout.write(text);
  else session.output.object(plan);
};

/** Asks a host something, or tells it, and waits for the end. */
const ask = async (session: Session, action: GuestAction, system: string): Promise<JobView> => {
  const { context } = session;
  const request: JobRequest = { kind: 'virt', action, system };
  const begun = await (await session.client()).send<JobView>('POST', '/v1/jobs', request);
  const quiet = { ...plainScreen(context.stderr), event: () => {}, progress: () => {} };
  const job = await watchJob(await session.access(), begun.id, quiet, context.signal);
  const error = errorOfJob(job);
  if (error) throw error;
  return job;
};

function registerList(command: Command, context: CliContext): void {
  const list = command.command('list').alias('ls').description('list the guests of a host');
  list.argument('<host>', 'system whose agent is asked');
  list.addHelpText(
    'after',
    examplesText(['resole virt list host1', 'resole virt list host1 --output json']),
  );
  list.action(async (host: string) => {
    const session = await openSession(list, context);
    const { result } = await ask(session, 'list', host);
    session.output.list(
      result as Guest[],
      [
        { title: 'guest', of: ({ name }) => name },
        { title: 'state', of: ({ state }) => state },
        { title: 'memory MiB', of: ({ memoryMiB }) => memoryMiB },
        { title: 'cpus', of: ({ cpus }) => cpus },
        { title: 'mac', of: ({ macs }) => macs.join(' ') },
        { title: 'uuid', of: ({ uuid }) => uuid },
      ],
      'no guests yet: resole virt create',
    );
  });
}

interface Act {
  action: Exclude<GuestAction, 'list'>;
  summary: string;
  /** What is lost, where something is. */
  loses?: (name: string) => string;
}

const acts: readonly Act[] = [
  { action: 'start', summary: 'switch a guest on' },
  { action: 'shutdown', summary: 'ask a guest to shut down, and wait until it is off' },
  {
    action: 'destroy',
    summary: 'switch a guest off at once; its disks stay',
    loses: (name) => `${name} will go off without shutting down`,
  },
  {
    action: 'reset',
    summary: 'restart a guest at once',
    loses: (name) => `${name} will restart without shutting down`,
  },
  {
    action: 'undefine',
    summary: 'remove a guest with all its disks from its host',
    loses: (name) => `The guest ${name} and all its disks will be deleted`,
  },
  { action: 'console-log', summary: 'print what a guest wrote to its serial console' },
];

function registerAct(command: Command, context: CliContext, { action, summary, loses }: Act): void {
  const act = command.command(action).description(summary);
  act.argument('<guest>', 'name, id, MAC or machine UUID');
  if (loses) act.option('--yes', 'do not ask');
  act.addHelpText('after', examplesText([`resole virt ${action} web7`]));
  act.action(async (ref: string, { yes }: { yes?: boolean }) => {
    const session = await openSession(act, context);
    const { name } = await systemOf(session, ref);
    if (loses && !yes) await confirmByName(context, name, loses(name));
    const job = await ask(session, action, name);
    if (action === 'console-log') {
      if (session.output.format === 'table') context.stdout.write(String(job.result));
      else session.output.object({ text: job.result });
      return;
    }
    const said = job.events.findLast(({ type }) => type === 'step-done')?.message;
    session.output.done(`${name}: ${said?.replace(/^guest: /, '') ?? 'done'}`, job);
  });
}

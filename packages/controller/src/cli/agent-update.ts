/** `resole agent update`: the version that the controller hands out for one agent, or for many under a policy. */
import { setTimeout as sleep } from 'node:timers/promises';
import { finalStates, type JobRequest, type JobView, ResoleError } from '@resole/protocol';
import { type Command, InvalidArgumentError } from 'commander';
import type { Client } from './client.ts';
import type { CliContext } from './context.ts';
import { start } from './jobs/start.ts';
import { errorOfJob } from './jobs/watch.ts';
import { examplesText } from './noun.ts';
import { chosenSystems } from './power/choose.ts';
import { type Outcome, type RolloutRow, rollOut } from './rollout.ts';
import { openSession, type Session } from './session.ts';

interface Given {
  all?: boolean;
  selector: string[];
  atOnce: number;
  keepGoing?: boolean;
  watch?: boolean;
}

/** How often a rollout looks at a job that it waits for. */
const LOOK_MS = 1_000;

export function registerUpdate(command: Command, context: CliContext): void {
  const update = command
    .command('update')
    .description(
      'give agents the version that this controller hands out; of many, so many at once',
    );
  update
    .argument('[systems...]', 'names of their systems')
    .option('--all', 'all agents that are connected and have another version')
    .option(
      '--selector <field=value>',
      'of these, systems whose fields are so (repeatable)',
      (text: string, before: string[]) => [...before, text],
      [],
    )
    .option('--at-once <count>', 'of many, so many at a time', atLeastOne, 5)
    .option('--keep-going', 'of many, begin the others too where one has failed')
    .option('--watch', 'follow the update of one agent to its end');
  update.addHelpText(
    'after',
    examplesText([
      'resole agent update web1 --watch',
      'resole agent update --selector "name=rack12-*" --at-once 10',
      'resole agent update --all        stops at the first failure; an old version comes back by itself',
    ]),
  );
  update.action(async (systems: string[], given: Given) => {
    const session = await openSession(update, context);
    const wanted = await wantedSystems(session, systems, given);
    const many = given.all === true || given.selector.length > 0 || wanted.length > 1;
    const [only] = wanted;
    if (!many && only !== undefined) return start(session, requestFor(only), given.watch === true);
    await updateMany(session, wanted, given);
  });
}

const requestFor = (system: string): JobRequest => ({ kind: 'agent-update', system });

/** Named ones as they are; of those that are chosen, the connected ones with another version. */
const wantedSystems = async (
  session: Session,
  named: readonly string[],
  { all, selector }: Given,
): Promise<string[]> => {
  if (!all && selector.length === 0) {
    if (named.length > 0) return [...named];
    throw new ResoleError('invalid-input', 'which agents?', {
      remedy: 'name their systems, choose with --selector, or give --all',
    });
  }
  const old = await outdated(await session.client());
  if (selector.length === 0) return [...new Set([...named, ...old])];
  const chosen = await chosenSystems(session, [], selector);
  return [...new Set([...named, ...chosen.filter((name) => old.includes(name))])];
};

const outdated = async (client: Client): Promise<string[]> => {
  const version = await handedOut(client);
  const agents =
    await client.get<{ systemName: string; online: boolean; revoked: boolean; version?: string }[]>(
      '/v1/agents',
    );
  return agents
    .filter((agent) => agent.online && !agent.revoked && agent.version !== version)
    .map((agent) => agent.systemName);
};

/** The version that an update leads to: of the agents that the controller has, not of itself. */
const handedOut = async (client: Client): Promise<string> => {
  const { manifest } = await client.get<{ manifest: string }>('/agent/manifest.json');
  return (JSON.parse(manifest) as { version: string }).version;
};

/** @throws the first failure, after all that was begun has ended. */
const updateMany = async (session: Session, systems: string[], given: Given): Promise<void> => {
  const { context, output } = session;
  const client = await session.client();
  const rows = await rollOut(
    systems,
    { atOnce: given.atOnce, keepGoing: given.keepGoing === true },
    (system) => updateOne(client, system, context.signal),
    (row) => context.stderr.write(`${row.system}: ${wordOf(row)}\n`),
  );
  output.list(
    output.format === 'table' ? rows : rows.map(dataOf),
    [
      { title: 'system', of: ({ system }) => system },
      { title: 'job', of: (row) => ('job' in row ? row.job : undefined) },
      { title: 'state', of: ({ state }) => state },
    ],
    'every connected agent has this version already',
  );
  const failed = rows.find((row) => row.state === 'failed');
  if (failed?.state === 'failed') throw failed.error;
};

const updateOne = async (client: Client, system: string, signal: AbortSignal): Promise<Outcome> => {
  let id: string | undefined;
  try {
    let job = await client.send<JobView>('POST', '/v1/jobs', requestFor(system));
    id = job.id;
    while (!finalStates.has(job.state) && job.state !== 'stalled') {
      await sleep(LOOK_MS, undefined, { signal });
      job = await client.get<JobView>(`/v1/jobs/${id}`);
    }
    const error = errorOfJob(job);
    return error ? { state: 'failed', job: id, error } : { state: 'done', job: id };
  } catch (cause) {
    if (cause instanceof ResoleError && cause.code === 'agent-current') return { state: 'current' };
    const error = cause instanceof Error ? cause : new Error(String(cause));
    return { state: 'failed', error, ...(id === undefined ? {} : { job: id }) };
  }
};

const wordOf = (row: RolloutRow): string =>
  row.state === 'failed' ? `failed: ${row.error.message}` : row.state;

/** For programs: the error as the API would say it. */
const dataOf = (row: RolloutRow) => {
  if (row.state !== 'failed') return row;
  const { error } = row;
  const body = error instanceof ResoleError ? error.toBody() : { message: error.message };
  return { ...row, error: body };
};

const atLeastOne = (text: string): number => {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError('must be a whole number, 1 or more');
};

/** `resole agent …`. An agent is named by its system, or by its id. */
import type { FactsChange } from '@resole/protocol';
import type { Command } from 'commander';
import { registerLogs } from './agent-logs.ts';
import { registerUpdate } from './agent-update.ts';
import type { CliContext } from './context.ts';
import { ago } from './duration.ts';
import { examplesText } from './noun.ts';
import { openSession } from './session.ts';

interface ShownAgent {
  id: string;
  system: string;
  systemName: string;
  online: boolean;
  revoked: boolean;
  version?: string;
  lastSeen?: string;
}

const pathOf = (ref: string) => `/v1/agents/${encodeURIComponent(ref)}`;

export async function registerAgent(command: Command, context: CliContext): Promise<void> {
  const list = command.command('list').alias('ls').description('list all agents');
  list.option('--online', 'only those that are connected');
  list.option(
    '--fact <field=value>',
    'only machines with this fact; * stands for anything (repeatable)',
    collect,
  );
  list.addHelpText(
    'after',
    examplesText([
      'resole agent list --online',
      'resole agent list --fact os.id=debian --fact "os.versionId=1*"',
    ]),
  );
  list.action(async ({ online, fact = [] }: { online?: boolean; fact?: string[] }) => {
    const { output, client } = await openSession(list, context);
    const agents = await (await client()).get<ShownAgent[]>(listPath(fact));
    const now = new Date();
    output.list(
      online === true ? agents.filter((agent) => agent.online) : agents,
      [
        { title: 'system', of: ({ systemName }) => systemName },
        { title: 'agent', of: ({ id }) => id },
        { title: 'state', of: stateOf },
        { title: 'version', of: ({ version }) => version },
        { title: 'last seen', of: ({ lastSeen }) => lastSeen && `${ago(lastSeen, now)} ago` },
      ],
      fact.length > 0 || online === true
        ? 'no agent is like that; all of them: resole agent list'
        : 'no agents yet: resole token create',
    );
  });

  const show = command.command('show').description('show one agent');
  show.argument('<system>', 'name of its system, or its id');
  show.addHelpText('after', examplesText(['resole agent show web1']));
  show.action(async (ref: string) => {
    const { output, client } = await openSession(show, context);
    output.object(await (await client()).get<ShownAgent>(pathOf(ref)));
  });

  const facts = command.command('facts').description('show what an agent knows of its machine');
  facts.argument('<system>', 'name of its system, or its id');
  facts.option('--refresh', 'have the agent look at its machine first');
  facts.option('--history', 'what has changed, and when');
  facts.addHelpText(
    'after',
    examplesText([
      'resole agent facts web1',
      'resole agent facts web1 --refresh --history',
      'resole agent facts web1 --output json | jq .disks',
    ]),
  );
  facts.action(
    async (ref: string, { history, refresh }: { history?: boolean; refresh?: boolean }) => {
      const { output, client } = await openSession(facts, context);
      const api = await client();
      if (refresh) await api.send('POST', `${pathOf(ref)}/refresh-facts`);
      const system = ref.startsWith('agt_') ? (await api.get<ShownAgent>(pathOf(ref))).system : ref;
      const stored = await api.get<{ facts: unknown; history?: FactsChange[] }>(
        `/v1/systems/${encodeURIComponent(system)}/facts`,
      );
      if (!history) return output.object(stored.facts);
      const rows = (stored.history ?? []).flatMap(({ at, changes }) =>
        changes.map((change) => ({ at, ...change })),
      );
      output.list(
        rows,
        [
          { title: 'at', of: ({ at }) => at },
          { title: 'fact', of: ({ field }) => field },
          { title: 'before', of: ({ before }) => oneWord(before) },
          { title: 'after', of: ({ after }) => oneWord(after) },
        ],
        'nothing has changed since it was enrolled',
      );
    },
  );

  const revoke = command.command('revoke').description('never let an agent connect again');
  revoke.argument('<system>', 'name of its system, or its id');
  revoke.addHelpText('after', examplesText(['resole agent revoke web1']));
  revoke.action(async (ref: string) => {
    const { output, client } = await openSession(revoke, context);
    const agent = await (await client()).send<ShownAgent>('POST', `${pathOf(ref)}/revoke`);
    output.done(`agent ${agent.id} of ${agent.systemName} revoked`, agent);
  });

  registerUpdate(command, context);
  registerLogs(command, context);
}

/** A value of whatever kind, short enough for a table. */
const oneWord = (value: unknown): string | undefined =>
  value === undefined ? undefined : JSON.stringify(value).slice(0, 60);

const collect = (text: string, before: string[] = []): string[] => [...before, text];

const listPath = (facts: readonly string[]): string =>
  facts.length === 0
    ? '/v1/agents'
    : `/v1/agents?${facts.map((each) => `fact=${encodeURIComponent(each)}`).join('&')}`;

const stateOf = ({ revoked, online }: ShownAgent) =>
  revoked ? 'revoked' : online ? 'online' : 'offline';

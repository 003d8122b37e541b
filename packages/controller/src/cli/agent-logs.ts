/** `resole agent logs SYSTEM`: what the agent itself has noted, asked over its link. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type AgentLog, type LogLine, MAX_LOG_LINES, ResoleError } from '@resole/protocol';
import { type Command, InvalidArgumentError } from 'commander';
import type { CliContext } from './context.ts';
import { examplesText } from './noun.ts';
import { openSession } from './session.ts';

/** How often `--follow` asks. */
const FOLLOW_MS = 2_000;

export function registerLogs(command: Command, context: CliContext): void {
  const logs = command.command('logs').description('show what a connected agent has noted');
  logs.argument('<system>', 'name of its system, or its id');
  logs.option('--lines <count>', `the last so many, ${MAX_LOG_LINES} at most`, lineCount, 100);
  logs.option('--follow', 'go on showing what comes, until interrupted');
  logs.addHelpText(
    'after',
    examplesText(['resole agent logs web1', 'resole agent logs web1 --lines 20 --follow']),
  );
  logs.action(async (ref: string, { lines, follow }: { lines: number; follow?: boolean }) => {
    const { output, client } = await openSession(logs, context);
    const api = await client();
    const ask = (count: number, after?: number) =>
      api.get<AgentLog>(
        `/v1/agents/${encodeURIComponent(ref)}/log?lines=${count}${after === undefined ? '' : `&after=${after}`}`,
      );
    let seen = await ask(lines);
    if (output.format !== 'table' && !follow) return output.object(seen);
    const show = (log: AgentLog) => {
      for (const line of log.lines) {
        const text = output.format === 'table' ? textOf(line) : JSON.stringify(line);
        context.stdout.write(`${text}\n`);
      }
    };
    show(seen);
    let last = seen.lines.at(-1)?.sequence ?? 0;
    while (follow && !context.signal.aborted) {
      await sleep(FOLLOW_MS, undefined, { signal: context.signal }).catch(() => undefined);
      if (context.signal.aborted) return;
      let more = await ask(MAX_LOG_LINES, last).catch(unlessOffline);
      // Another process of the agent counts from 1 again.
      if (more && more.startedAt !== seen.startedAt)
        more = await ask(MAX_LOG_LINES).catch(unlessOffline);
      if (!more) continue;
      show(more);
      last = more.lines.at(-1)?.sequence ?? (more.startedAt === seen.startedAt ? last : 0);
      seen = more;
    }
  });
}

const textOf = ({ at, level, message }: LogLine): string => `${at} ${level}: ${message}`;

/** An agent that restarts comes back: to be waited for by those who follow it. */
const unlessOffline = (error: unknown): undefined => {
  if (error instanceof ResoleError && ['agent-offline', 'agent-timeout'].includes(error.code))
    return undefined;
  throw error;
};

const lineCount = (text: string): number => {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= MAX_LOG_LINES) return count;
  throw new InvalidArgumentError(`must be a whole number from 1 to ${MAX_LOG_LINES}`);
};

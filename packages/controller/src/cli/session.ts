/** What a running command works with: the settings it was given, the API, and its output. */
import type { Command } from 'commander';
import type { ClientSettings } from '../settings/table.ts';
import { type Access, accessOf, clientSettings } from './access.ts';
import { type Client, createClient } from './client.ts';
import type { CliContext } from './context.ts';
import { createOutput, type Output } from './output.ts';

export interface Session {
  context: CliContext;
  settings: ClientSettings;
  output: Output;
  /** The controller's API; looked for at the first call, so that some commands do without. */
  client(): Promise<Client>;
  /** How the controller is reached, for what is not HTTP. */
  access(): Promise<Access>;
}

/** Global options as flags of the client's settings: `{ 'data-dir': '/x' }`. */
const clientFlags = (options: Readonly<Record<string, unknown>>) => {
  const text = (name: string) =>
    typeof options[name] === 'string' ? (options[name] as string) : undefined;
  return {
    url: text('url'),
    'token-file': text('tokenFile'),
    ca: text('ca'),
    'data-dir': text('dataDir'),
    output: text('output'),
  };
};

export async function openSession(command: Command, context: CliContext): Promise<Session> {
  const options = command.optsWithGlobals();
  const settings = await clientSettings(clientFlags(options), context.host, context.cwd);
  let client: Client | undefined;
  const access = () => accessOf(settings, context.host);
  return {
    context,
    settings,
    output: createOutput(
      context.stdout,
      settings.output,
      coloured(context.stdout, context.host.env, options.color !== false),
    ),
    client: async () => {
      client ??= createClient(await access(), context.signal);
      return client;
    },
    access,
  };
}

/** Colours only on a terminal, and not where $NO_COLOR says so (no-color.org). */
export const coloured = (
  screen: { isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
  wanted = true,
): boolean => wanted && screen.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';

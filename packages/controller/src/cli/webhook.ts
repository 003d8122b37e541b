/** `resole webhook …`: who is told of what has happened. */
import { resolve } from 'node:path';
import { ResoleError } from '@resole/protocol';
import type { Command } from 'commander';
import type { CliContext } from './context.ts';
import { readText } from './files.ts';
import { examplesText } from './noun.ts';
import { openSession } from './session.ts';

interface ShownWebhook {
  name: string;
  url: string;
  events: string[];
  waiting: number;
  failing?: string;
  secret?: string;
}

interface Given {
  events?: string;
  secretFile?: string;
}

const pathOf = (name: string) => `/v1/webhooks/${encodeURIComponent(name)}`;

export async function registerWebhook(command: Command, context: CliContext): Promise<void> {
  const list = command.command('list').alias('ls').description('list webhooks, without secrets');
  list.addHelpText('after', examplesText(['resole webhook list']));
  list.action(async () => {
    const { output, client } = await openSession(list, context);
    output.list(
      await (await client()).get<ShownWebhook[]>('/v1/webhooks'),
      [
        { title: 'name', of: ({ name }) => name },
        { title: 'url', of: ({ url }) => url },
        { title: 'events', of: ({ events }) => events.join(' ') },
        { title: 'waiting', of: ({ waiting }) => waiting },
        { title: 'failing', of: ({ failing }) => failing },
      ],
      'no webhooks: resole webhook add',
    );
  });

  const add = command.command('add').description('add a webhook; its secret is shown this once');
  add.argument('<name>');
  add.argument('<url>', 'where the events are sent, by POST');
  add.option('--events <names>', 'events, separated by commas; * stands for anything (default: *)');
  add.option('--secret-file <file>', 'file with the key of the signature (default: a random one)');
  add.addHelpText(
    'after',
    examplesText([
      'resole webhook add chat https://hooks.example/resole --events after-install',
      "resole webhook add audit https://audit.example/in --events 'after-system-*,after-power'",
    ]),
  );
  add.action(async (name: string, url: string, { events, secretFile }: Given) => {
    const { output, client } = await openSession(add, context);
    const secret =
      secretFile === undefined
        ? undefined
        : (await readText(resolve(context.cwd, secretFile), context)).trim();
    const made = await (await client()).send<ShownWebhook>('POST', '/v1/webhooks', {
      ...{ name, url },
      ...(events === undefined ? {} : { events: events.split(',').filter((one) => one !== '') }),
      ...(secret === undefined ? {} : { secret }),
    });
    const shown = secret === undefined ? `\nits secret, shown this once: ${made.secret}` : '';
    output.done(`webhook ${name} added${shown}`, made);
  });

  const remove = command.command('remove').alias('rm').description('remove webhooks');
  remove.argument('<name...>');
  remove.addHelpText('after', examplesText(['resole webhook remove chat']));
  remove.action(async (names: string[]) => {
    const { output, client } = await openSession(remove, context);
    const api = await client();
    for (const name of names) {
      await api.send('DELETE', pathOf(name));
      output.done(`webhook ${name} removed`, { removed: name });
    }
  });

  const test = command.command('test').description('send an event "test", and say how it ended');
  test.argument('<name>');
  test.addHelpText('after', examplesText(['resole webhook test chat']));
  test.action(async (name: string) => {
    const { output, client } = await openSession(test, context);
    type Attempt = { type: string; status?: number; reason?: string };
    const end = await (await client()).send<Attempt>('POST', `${pathOf(name)}/test`);
    if (end.type !== 'delivered') {
      const why = end.reason ?? `it answered ${end.status}`;
      throw new ResoleError('unreachable', `webhook ${name} did not take the event: ${why}`, {
        remedy: 'see whether its URL is right and the receiver is up',
      });
    }
    output.done(`webhook ${name} took the event: ${end.status}`, end);
  });
}

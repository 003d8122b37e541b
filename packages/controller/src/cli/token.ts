/** `resole token …`: join tokens. */

import { ResoleError } from '@resole/protocol';
import { type Command, Option } from 'commander';
import type { CliContext } from './context.ts';
import { durationOf } from './duration.ts';
import { examplesText } from './noun.ts';
import { openSession } from './session.ts';

interface Token {
  id: string;
  uses: number;
  expiresAt: string;
  comment?: string;
  token?: string;
}

interface Given {
  uses: string;
  expires: string;
  comment?: string;
  quiet?: boolean;
}

export async function registerToken(command: Command, context: CliContext): Promise<void> {
  const create = command
    .command('create')
    .description('make a join token; it is shown this once')
    .addOption(new Option('--uses <count>', 'how many machines may join with it').default('1'))
    .addOption(new Option('--expires <duration>', 'as 30m, 8h or 7d').default('1h'))
    .option('--comment <text>', 'a note for people')
    .option('-q, --quiet', 'print only the token');
  create.addHelpText(
    'after',
    examplesText([
      'resole token create',
      'resole token create --uses 200 --expires 7d --comment "rack 12"',
      'ssh controller resole token create --quiet |',
      '    resole-agent enroll --controller https://controller.example:7443 --token-file -',
    ]),
  );
  create.action(async ({ uses, expires, comment, quiet }: Given) => {
    const { output, client } = await openSession(create, context);
    const api = await client();
    const body = {
      uses: countOf(uses),
      expires: durationOf(expires, '--expires'),
      ...(comment === undefined ? {} : { comment }),
    };
    const [made, controller] = await Promise.all([
      api.send<Token & { token: string }>('POST', '/v1/tokens', body),
      api.get<{ apiUrl: string; keyPin: string }>('/v1/controller'),
    ]);
    const { apiUrl, keyPin } = controller;
    const text = quiet === true ? made.token : instructions(made, apiUrl, keyPin);
    output.done(text, { ...made, controller: apiUrl });
  });

  const list = command.command('list').alias('ls').description('list join tokens, without secrets');
  list.addHelpText('after', examplesText(['resole token list']));
  list.action(async () => {
    const { output, client } = await openSession(list, context);
    const tokens = await (await client()).get<Token[]>('/v1/tokens');
    output.list(
      tokens,
      [
        { title: 'id', of: ({ id }) => id },
        { title: 'uses left', of: ({ uses }) => uses },
        { title: 'expires', of: ({ expiresAt }) => expiresAt },
        { title: 'comment', of: ({ comment }) => comment },
      ],
      'no join tokens: resole token create',
    );
  });

  const remove = command.command('remove').alias('rm').description('remove join tokens');
  remove.argument('<id...>');
  remove.addHelpText('after', examplesText(['resole token remove tok_q3mzx5cku7bqyd2vaw4n']));
  remove.action(async (ids: string[]) => {
    const { output, client } = await openSession(remove, context);
    const api = await client();
    for (const id of ids) {
      await api.send('DELETE', `/v1/tokens/${encodeURIComponent(id)}`);
      output.done(`token ${id} removed`, { removed: id });
    }
  });
}

/** The token is on no command line: there, every user of the machine could read it. */
const instructions = (
  { token, uses, expiresAt }: Token & { token: string },
  url: string,
  pin: string,
) =>
  `${token}

for ${uses === 1 ? 'one machine' : `${uses} machines`}, until ${expiresAt}. There, as root:

  curl -fsSLk --pinnedpubkey sha256//${pin} ${url}/agent.sh |
    RESOLE_TOKEN=${token} sh

or, where the agent is installed:

  echo ${token} | resole-agent enroll --controller ${url} --token-file -`;

function countOf(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new ResoleError('invalid-input', `--uses must be a whole number from 1 on, not "${text}"`);
}

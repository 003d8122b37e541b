/** `resole snippet …`. */
import type { Command } from 'commander';
import type { CliContext } from './context.ts';
import { templateFlags } from './fields/files.ts';
import type { Noun } from './noun.ts';
import { registerObjects } from './objects.ts';
import { templateColumns } from './template.ts';

const snippet: Noun = {
  noun: 'snippet',
  plural: 'snippets',
  flags: templateFlags,
  show: 'text',
  columns: async () => templateColumns,
  examples: {
    add: [
      'resole snippet add motd.sh --text-file motd.sh.j2     # the template snippets/motd.sh',
      'echo "in a template: {% include \'snippets/motd.sh\' %}"',
    ],
    edit: ['resole snippet edit motd.sh --text-file motd.sh.j2'],
    find: ['resole snippet find "name=*.sh"', 'resole snippet find "text=*ssh*"'],
    copy: ['resole snippet copy motd.sh motd-test.sh'],
    show: ['resole snippet show motd.sh', 'resole snippet show motd.sh --text > motd.sh.j2'],
  },
};

export async function registerSnippet(command: Command, context: CliContext): Promise<void> {
  registerObjects(command, snippet, context);
}

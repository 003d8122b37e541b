/** `resole template …`. */
import type { Command } from 'commander';
import type { CliContext } from './context.ts';
import { templateFlags } from './fields/files.ts';
import { type Noun, registerObjects, registerShow } from './objects.ts';

const template: Noun = {
  noun: 'template',
  plural: 'templates',
  flags: templateFlags,
  columns: async () => [
    { title: 'name', of: ({ name }) => name },
    {
      title: 'lines',
      of: ({ text }) =>
        String(text ?? '')
          .trimEnd()
          .split('\n').length,
    },
    { title: 'origin', of: ({ origin }) => String(origin) },
    { title: 'comment', of: ({ comment }) => comment },
  ],
  examples: {
    add: [
      'resole template add my-preseed --text-file preseed.cfg.j2',
      'resole profile edit web --answer-file my-preseed',
    ],
    edit: ['resole template edit my-preseed --text-file preseed.cfg.j2'],
    show: [
      'resole template show my-preseed',
      'resole template show my-preseed --text > preseed.cfg.j2',
    ],
  },
};

export async function registerTemplate(command: Command, context: CliContext): Promise<void> {
  registerObjects(command, template, context);
  const show = registerShow(command, template, context);
  show.option('--text', 'only the template’s text, as it is');
}

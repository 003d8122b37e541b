/** `resole template …`. */
import type { Command } from 'commander';
import type { CliContext } from './context.ts';
import { templateFlags } from './fields/files.ts';
import type { Noun, Shown } from './noun.ts';
import { registerObjects } from './objects.ts';
import type { Column } from './output.ts';
import { registerTemplateLint } from './template-lint.ts';

export const templateColumns: Column<Shown>[] = [
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
];

const template: Noun = {
  noun: 'template',
  plural: 'templates',
  flags: templateFlags,
  show: 'text',
  columns: async () => templateColumns,
  examples: {
    add: [
      'resole template add my-preseed --text-file preseed.cfg.j2',
      'resole profile edit web --answer-file my-preseed',
    ],
    find: ['resole template find "name=kickstart/*"', 'resole template find "text=*postgres*"'],
    copy: ['resole template copy debian-installer/preseed.cfg my-preseed'],
    edit: ['resole template edit my-preseed --text-file preseed.cfg.j2'],
    show: [
      'resole template show my-preseed',
      'resole template show my-preseed --text > preseed.cfg.j2',
    ],
  },
};

export async function registerTemplate(command: Command, context: CliContext): Promise<void> {
  registerObjects(command, template, context);
  registerTemplateLint(command, context);
}

/** `resole image …`. */
import type { Command } from 'commander';
import type { CliContext } from './context.ts';
import { imageFlags } from './fields/files.ts';
import type { Noun } from './noun.ts';
import { registerObjects } from './objects.ts';

const image: Noun = {
  noun: 'image',
  plural: 'images',
  flags: imageFlags,
  columns: async () => [
    { title: 'name', of: ({ name }) => name },
    { title: 'format', of: ({ format }) => String(format) },
    { title: 'arch', of: ({ arch }) => String(arch) },
    { title: 'file', of: ({ file }) => (file as { path?: string } | undefined)?.path },
    { title: 'comment', of: ({ comment }) => comment },
  ],
  examples: {
    add: [
      'resole image add debian12-cloud --path /srv/images/debian12.qcow2 --format qcow2 \\',
      '    --arch x86_64 --breed debian --os-version 12',
      'resole profile edit guests --virt-image debian12-cloud --virt-install import',
    ],
    edit: ['resole image edit debian12-cloud --path /srv/images/debian12-2.qcow2'],
    find: ['resole image find format=qcow2 breed=debian'],
    show: ['resole image show debian12-cloud'],
  },
};

export async function registerImage(command: Command, context: CliContext): Promise<void> {
  registerObjects(command, image, context);
}

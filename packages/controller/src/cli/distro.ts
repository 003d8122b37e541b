/** `resole distro …`. */
import type { Command } from 'commander';
import type { CliContext } from './context.ts';
import { distroFlags } from './fields/distro.ts';
import type { Noun } from './noun.ts';
import { registerObjects } from './objects.ts';

const distro: Noun = {
  noun: 'distro',
  plural: 'distros',
  flags: distroFlags,
  columns: async () => [
    { title: 'name', of: ({ name }) => name },
    { title: 'family', of: ({ family }) => String(family) },
    { title: 'breed', of: ({ breed }) => String(breed) },
    { title: 'version', of: ({ version }) => String(version) },
    { title: 'arch', of: ({ arch }) => String(arch) },
    { title: 'comment', of: ({ comment }) => comment },
  ],
  examples: {
    add: [
      'resole distro add debian12 --family debian-installer --breed debian --os-version 12 \\',
      '    --arch x86_64 --kernel /srv/d12/linux --initrd /srv/d12/initrd.gz',
      'resole distro add --file debian12.yaml',
      'resole distro build image --suite bookworm     # makes one from nothing',
    ],
    find: ['resole distro find breed=debian arch=x86_64', 'resole distro find "name=*-13"'],
    copy: ['resole distro copy debian12 debian12-test --kernel-option debug'],
    edit: [
      'resole distro edit debian12 --kernel-option console=ttyS0 --min-memory 1024',
      'resole distro edit debian12 --unset comment kernelOptions.console',
      'resole distro edit debian12                    # in your editor',
    ],
  },
};

export async function registerDistro(command: Command, context: CliContext): Promise<void> {
  registerObjects(command, distro, context);
  const { registerBuild } = await import('./build.ts');
  registerBuild(command, context);
}

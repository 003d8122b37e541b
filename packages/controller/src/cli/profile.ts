/** `resole profile …`. */
import type { Command } from 'commander';
import type { CliContext } from './context.ts';
import { profileFlags } from './fields/machines.ts';
import { namesOf } from './names.ts';
import type { Noun } from './noun.ts';
import { registerObjects } from './objects.ts';

const profile: Noun = {
  noun: 'profile',
  plural: 'profiles',
  flags: profileFlags,
  show: 'resolved',
  columns: async (session) => {
    const [distros, profiles] = await Promise.all([
      namesOf(session, 'distros'),
      namesOf(session, 'profiles'),
    ]);
    return [
      { title: 'name', of: ({ name }) => name },
      { title: 'distro', of: ({ distro }) => distros(distro) },
      { title: 'parent', of: ({ parent }) => profiles(parent) },
      { title: 'comment', of: ({ comment }) => comment },
    ];
  },
  examples: {
    add: [
      'resole profile add web --distro debian12 --authorized-key-file ~/.ssh/id_ed25519.pub',
      'resole profile add web-test --parent web --var role=test --var replicas:=2',
      'resole profile add web --file web.yaml',
    ],
    find: [
      'resole profile find distro=debian12',
      'resole profile find parent=web "owners=*@example.org"',
    ],
    copy: ['resole profile copy web db --var role=db'],
    show: [
      'resole profile show web',
      'resole profile show web --resolved   # with all it inherits',
    ],
    edit: [
      'resole profile edit web --distro debian13',
      'resole profile edit web --without-kernel-option quiet --unset vars.role',
      'resole profile show web --output yaml > web.yaml; resole profile edit web --file web.yaml',
    ],
  },
};

export async function registerProfile(command: Command, context: CliContext): Promise<void> {
  registerObjects(command, profile, context);
}

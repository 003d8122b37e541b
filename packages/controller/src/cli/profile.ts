/** `resole profile …`. */
import type { Command } from 'commander';
import type { CliContext } from './context.ts';
import { profileFlags } from './fields/machines.ts';
import { namesOf } from './names.ts';
import { type Noun, registerObjects, registerShow } from './objects.ts';

const profile: Noun = {
  noun: 'profile',
  plural: 'profiles',
  flags: profileFlags,
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
    edit: [
      'resole profile edit web --distro debian13',
      'resole profile edit web --without-kernel-option quiet --unset vars.role',
      'resole profile show web --output yaml > web.yaml; resole profile edit web --file web.yaml',
    ],
  },
};

export async function registerProfile(command: Command, context: CliContext): Promise<void> {
  registerObjects(command, profile, context);
  registerShow(command, profile, context);
}

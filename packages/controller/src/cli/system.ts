/** `resole system …`. */
import type { Command } from 'commander';
import type { CliContext } from './context.ts';
import { systemFlags } from './fields/machines.ts';
import { namesOf } from './names.ts';
import { type Noun, registerObjects, registerShow } from './objects.ts';

const system: Noun = {
  noun: 'system',
  plural: 'systems',
  flags: systemFlags,
  columns: async (session) => {
    const profiles = await namesOf(session, 'profiles');
    return [
      { title: 'name', of: ({ name }) => name },
      { title: 'profile', of: ({ profile }) => profiles(profile) },
      { title: 'hostname', of: ({ hostname }) => hostname as string | undefined },
      { title: 'macs', of: ({ macs }) => (macs as string[] | undefined)?.join(' ') },
      { title: 'comment', of: ({ comment }) => comment },
    ];
  },
  examples: {
    add: [
      'resole system add web1 --profile web --mac 52:54:00:12:34:56',
      'resole token create        # or let the machine enrol itself: it is added then',
    ],
    edit: [
      'resole system edit web1 --profile web --hostname web1.example',
      'resole system edit web1 --disk serial:S4EVNX0M',
    ],
    show: [
      'resole system show web1',
      'resole system show web1 --resolved   # with all it inherits',
    ],
  },
};

export async function registerSystem(command: Command, context: CliContext): Promise<void> {
  registerObjects(command, system, context);
  const show = registerShow(command, system, context);
  show.option('--resolved', 'with what it inherits, and from where each value comes');
}

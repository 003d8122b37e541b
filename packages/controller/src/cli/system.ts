/** `resole system …`. */
import type { Command } from 'commander';
import type { CliContext } from './context.ts';
import { systemFlags } from './fields/machines.ts';
import { interfaceHelp } from './interface-flag.ts';
import { namesOf } from './names.ts';
import type { Noun, Shown } from './noun.ts';
import { registerObjects } from './objects.ts';

const system: Noun = {
  noun: 'system',
  plural: 'systems',
  flags: systemFlags,
  show: 'resolved',
  own: ['hostname', 'machineUuid', 'macs', 'interfaces', 'disk', 'power', 'decommissioned'],
  notes: interfaceHelp,
  columns: async (session) => {
    const profiles = await namesOf(session, 'profiles');
    return [
      { title: 'name', of: ({ name }) => name },
      { title: 'profile', of: ({ profile }) => profiles(profile) },
      { title: 'hostname', of: ({ hostname }) => hostname as string | undefined },
      { title: 'macs', of: macsOf },
      { title: 'comment', of: ({ comment }) => comment },
    ];
  },
  examples: {
    add: [
      'resole system add web1 --profile web --mac 52:54:00:12:34:56',
      'resole token create        # or let the machine enrol itself: it is added then',
    ],
    find: [
      'resole system find profile=web "name=rack12-*"',
      'resole system find "interfaces.*.ipv4.addresses=192.0.2.*"',
      'resole system find virt.memoryMiB=2048 --output json | jq -r .[].name',
    ],
    copy: ['resole system copy web1 web2 --interface eth0,mac=52:54:00:12:34:57,ip=dhcp'],
    edit: [
      'resole system edit web1 --profile web --hostname web1.example',
      'resole system edit web1 --disk serial:S4EVNX0M',
      'resole system edit web1 --interface eth0,ip=192.0.2.10/24,gateway=192.0.2.1',
    ],
    show: [
      'resole system show web1',
      'resole system show web1 --resolved   # with all it inherits',
    ],
  },
};

/** All that the machine is known by. */
const macsOf = ({ macs, interfaces }: Shown): string => {
  const named = Object.values((interfaces ?? {}) as Record<string, { mac?: string }>);
  const all = [...((macs as string[] | undefined) ?? []), ...named.map(({ mac }) => mac)];
  return [...new Set(all.filter((mac) => mac !== undefined))].join(' ');
};

export async function registerSystem(command: Command, context: CliContext): Promise<void> {
  registerObjects(command, system, context);
}

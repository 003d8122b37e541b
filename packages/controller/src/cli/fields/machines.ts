/** The flags of profiles and systems, and of the settings above them. */
import type { Options, ProfileInput, SystemInput } from '@resole/protocol';
import type { Flags } from './flag.ts';
import { namedFlags, optionFlags } from './options.ts';
import { powerFlags } from './power.ts';

export const settingsFlags: Flags<Options> = optionFlags;

export const profileFlags: Flags<ProfileInput> = {
  distro: [{ flag: '--distro <distro>', kind: 'text', help: 'the distro it installs' }],
  parent: [
    {
      flag: '--parent <profile>',
      kind: 'text',
      help: 'the profile it inherits from, in place of a distro',
    },
  ],
  ...namedFlags,
  ...optionFlags,
};

export const systemFlags: Flags<SystemInput> = {
  profile: [{ flag: '--profile <profile>', kind: 'text', help: 'what the machine is to become' }],
  hostname: [{ flag: '--hostname <name>', kind: 'text', help: 'host name of the new OS' }],
  machineUuid: [{ flag: '--machine-uuid <uuid>', kind: 'text', help: 'SMBIOS UUID' }],
  macs: [
    {
      flag: '--mac <address>',
      kind: 'list',
      help: 'MAC that the machine is known by, beside those of its interfaces (repeatable)',
    },
  ],
  interfaces: [
    {
      flag: '--interface <interface>',
      kind: 'interfaces',
      help: 'name=eth0,mac=…,ip=192.0.2.10/24,gateway=…; see below (repeatable)',
    },
    { flag: '--remove-interface <name>', kind: 'drop', help: 'take one away (repeatable)' },
  ],
  disk: [
    {
      flag: '--disk <id>',
      kind: 'text',
      help: 'disk to install on, by stable id: serial:…, wwn:…, path:…',
    },
  ],
  bootMode: [
    {
      flag: '--boot-mode <mode>',
      kind: 'text',
      choices: ['bios', 'uefi'],
      help: 'how the machine boots',
    },
  ],
  decommissioned: [
    {
      flag: '--decommissioned',
      kind: 'switch',
      help: 'out of service: it is not to be reinstalled',
    },
  ],
  power: powerFlags,
  virtHost: [{ flag: '--virt-host <system>', kind: 'text', help: 'system that a guest runs on' }],
  ...namedFlags,
  ...optionFlags,
};

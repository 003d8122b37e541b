/** The flags of what is handed down: settings → distro → profile → sub-profile → system. */
import type { Options } from '@resole/protocol';
import type { FieldFlag, Flags } from './flag.ts';
import { powerPolicyFlags } from './power.ts';
import { virtFlags } from './virt.ts';

/** A map of kernel arguments: one flag puts into it, one takes away what is inherited. */
const kernelArguments = (flag: string, whose: string): FieldFlag[] => [
  {
    flag: `--${flag} <key[=value]>`,
    kind: 'kernel-arguments',
    help: `kernel argument of ${whose} (repeatable; one key several times: console=tty0, console=ttyS0)`,
  },
  {
    flag: `--without-${flag} <key>`,
    kind: 'without',
    help: 'take an inherited one away (repeatable)',
  },
];

/** One value: a flag of its own takes the inherited one away. */
const without = (flag: string, instead: string): FieldFlag => ({
  flag: flag.replace('--', '--without-'),
  kind: 'taken',
  help: `not the inherited one: ${instead}`,
});

export const optionFlags: Flags<Options> = {
  kernelOptions: kernelArguments('kernel-option', 'the installer'),
  kernelOptionsPost: kernelArguments('kernel-option-post', 'the new OS'),
  vars: [
    {
      flag: '--var <key=value>',
      kind: 'variables',
      help: 'variable of the answer file; key:=value takes YAML (repeatable)',
    },
    {
      flag: '--without-var <key>',
      kind: 'without',
      help: 'take an inherited variable away (repeatable)',
    },
  ],
  answerFile: [
    { flag: '--answer-file <template>', kind: 'text', help: 'template of the answer file' },
    without('--answer-file', 'the family’s'),
  ],
  bootArgs: [
    { flag: '--boot-args <template>', kind: 'text', help: 'template of the kernel command line' },
    without('--boot-args', 'the family’s'),
  ],
  bootLoaders: [
    {
      flag: '--boot-loader <loader>',
      kind: 'list',
      help: 'what network boots go by: ipxe, the only one so far',
    },
  ],
  netboot: [
    {
      flag: '--netboot',
      kind: 'switch',
      help: 'firmware that asks the network is given an installer',
    },
  ],
  authorizedKeys: [
    {
      flag: '--authorized-key <line>',
      kind: 'list',
      help: 'public key that may log in as root (repeatable)',
    },
    {
      flag: '--authorized-key-file <file>',
      kind: 'lines-of-files',
      help: 'file with such keys, as id_ed25519.pub (repeatable)',
    },
  ],
  repos: [
    { flag: '--repo <repo>', kind: 'list', help: 'repository that the new OS uses (repeatable)' },
  ],
  proxy: [
    { flag: '--proxy <url>', kind: 'text', help: 'HTTP proxy of installer and new OS' },
    without('--proxy', 'none'),
  ],
  nameServers: [
    { flag: '--name-server <ip>', kind: 'list', help: 'name server of the new OS (repeatable)' },
  ],
  searchDomains: [
    { flag: '--search-domain <domain>', kind: 'list', help: 'DNS search domain (repeatable)' },
  ],
  minMemoryMiB: [
    { flag: '--min-memory <MiB>', kind: 'number', help: 'memory that the installer needs' },
    without('--min-memory', 'the family’s'),
  ],
  deadlines: [
    {
      flag: '--deadline <state=seconds>',
      kind: 'numbers',
      help: 'how long a state of a job may last (repeatable)',
    },
  ],
  powerPolicy: powerPolicyFlags,
  virt: virtFlags,
};

/** What everything with a name carries. */
export const namedFlags: Flags<{ comment: string; owners: string[] }> = {
  comment: [{ flag: '--comment <text>', kind: 'text', help: 'a note for people' }],
  owners: [{ flag: '--owner <who>', kind: 'list', help: 'who looks after it (repeatable)' }],
};

/** How the new OS tells what it is. */
export const osReleaseFlags: readonly FieldFlag[] = [
  { flag: '--os-release-id <id>', kind: 'text', inner: 'id', help: 'ID in its os-release' },
  { flag: '--os-release-version <id>', kind: 'text', inner: 'versionId', help: 'its VERSION_ID' },
];

export const archFlag: FieldFlag = {
  flag: '--arch <arch>',
  kind: 'text',
  choices: ['x86_64', 'aarch64'],
  help: 'architecture',
};

/** The flags of templates, images and package repositories. */
import { ImageInput, RepoInput, type TemplateInput } from '@resole/protocol';
import type { Flags } from './flag.ts';
import { archFlag, namedFlags, osReleaseFlags } from './options.ts';

export const templateFlags: Flags<TemplateInput> = {
  text: [
    {
      flag: '--text-file <file>',
      kind: 'text-of-file',
      help: 'file with the template, - for standard input',
    },
  ],
  ...namedFlags,
};

export const imageFlags: Flags<ImageInput> = {
  file: [
    {
      flag: '--path <path>',
      kind: 'path',
      inner: 'path',
      help: 'the disk image or ISO, on the controller',
    },
  ],
  format: [
    {
      flag: '--format <format>',
      kind: 'text',
      choices: ImageInput.shape.format.options,
      help: 'what it is',
    },
  ],
  arch: [archFlag],
  breed: [{ flag: '--breed <breed>', kind: 'text', help: 'debian, ubuntu, redhat, suse …' }],
  version: [{ flag: '--os-version <version>', kind: 'text', help: 'version of the OS, as 12' }],
  osRelease: osReleaseFlags,
  ...namedFlags,
};

export const repoFlags: Flags<RepoInput> = {
  type: [
    {
      flag: '--type <type>',
      kind: 'text',
      choices: RepoInput.shape.type.options,
      help: 'package manager that reads it',
    },
  ],
  // Not --url, which is the controller's.
  url: [{ flag: '--location <url>', kind: 'text', help: 'where the packages are' }],
  urlKind: [
    {
      flag: '--location-kind <kind>',
      kind: 'text',
      choices: ['baseurl', 'mirrorlist', 'metalink'],
      help: 'what that address leads to',
    },
  ],
  arch: [archFlag],
  suites: [
    { flag: '--suite <suite>', kind: 'list', help: 'apt: release, as bookworm (repeatable)' },
  ],
  components: [
    { flag: '--component <component>', kind: 'list', help: 'apt: as main (repeatable)' },
  ],
  key: [
    {
      flag: '--key-file <file>',
      kind: 'text-of-file',
      help: 'file with the public key that signs it, - for standard input',
    },
  ],
  priority: [
    { flag: '--priority <number>', kind: 'number', help: 'as the package manager has it' },
  ],
  enabled: [{ flag: '--enabled', kind: 'switch', help: 'the new OS uses it' }],
  options: [
    {
      flag: '--option <key=value>',
      kind: 'words',
      help: 'further option of its entry in sources.list or a .repo file (repeatable)',
    },
  ],
  proxy: [{ flag: '--proxy <url>', kind: 'text', help: 'HTTP proxy on the way to it' }],
  ...namedFlags,
};

import { type DistroInput, Family, ImageFormat } from '@resole/protocol';
import type { Flags } from './flag.ts';
import { archFlag, namedFlags, optionFlags, osReleaseFlags } from './options.ts';

export const distroFlags: Flags<DistroInput> = {
  family: [
    {
      flag: '--family <family>',
      kind: 'text',
      choices: Family.options,
      help: 'installer family',
    },
  ],
  breed: [{ flag: '--breed <breed>', kind: 'text', help: 'debian, ubuntu, redhat, suse …' }],
  version: [{ flag: '--os-version <version>', kind: 'text', help: 'version of the OS, as 12' }],
  arch: [archFlag],
  kernel: [
    {
      flag: '--kernel <path>',
      kind: 'path',
      inner: 'path',
      help: 'the installer’s kernel, on the controller',
    },
  ],
  initrd: [{ flag: '--initrd <path>', kind: 'path', inner: 'path', help: 'its initrd' }],
  tree: [
    {
      flag: '--tree <folder-or-url>',
      kind: 'place',
      help: 'folder that is served to the installer as tree/, or the URL of one that stays there',
    },
  ],
  image: [
    {
      flag: '--image <path>',
      kind: 'path',
      inner: 'path',
      help: 'archive or disk image (family image)',
    },
    {
      flag: '--image-format <format>',
      kind: 'text',
      inner: 'format',
      choices: ImageFormat.options,
      help: 'what the image is',
    },
    {
      flag: '--image-unpacked-size <bytes>',
      kind: 'number',
      inner: 'unpackedSize',
      help: 'its size when unpacked',
    },
    {
      flag: '--image-secure-boot',
      kind: 'switch',
      inner: 'secureBoot',
      help: 'it has a signed bootloader and kernel, for machines with Secure Boot',
    },
  ],
  osRelease: osReleaseFlags,
  ...namedFlags,
  ...optionFlags,
};

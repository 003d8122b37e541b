/**
 * The flags of inventory objects, field by field. The compiler names every schema field that has no
 * flag here.
 */
import type {
  DistroInput,
  Options,
  ProfileInput,
  SystemInput,
  TemplateInput,
} from '@resole/protocol';

/** How a flag's text becomes the field's value; `flags.ts` has the code for each. */
export type FlagKind =
  | 'text'
  | 'number'
  /** Repeatable; together they replace the list. */
  | 'list'
  /** Repeatable; each file's lines are added to the list. */
  | 'lines-of-files'
  /** The text of a file, `-` for standard input. */
  | 'text-of-file'
  /** A path, made absolute. */
  | 'path'
  /** Repeatable `key=value` (text) or `key:=value` (YAML), merged into the map. */
  | 'variables'
  /** Repeatable `key` or `key=value`, merged into the map. */
  | 'words'
  /** Repeatable `key`, set to null: takes an inherited key away. */
  | 'without'
  /** Repeatable `key=number`, merged into the map. */
  | 'numbers';

export interface FieldFlag {
  /** As commander reads it: `--kernel <path>`. */
  flag: string;
  kind: FlagKind;
  /** Where the value goes, below the field: `path` of the field `kernel`. */
  inner?: string;
  help: string;
  choices?: readonly string[];
}

/** Every field of a schema but the name, which is a positional argument. */
export type Flags<Input> = { [Field in Exclude<keyof Required<Input>, 'name'>]: FieldFlag[] };

const optionFlags: Flags<Options> = {
  kernelOptions: [
    {
      flag: '--kernel-option <key[=value]>',
      kind: 'words',
      help: 'kernel argument of the installer (repeatable)',
    },
    {
      flag: '--without-kernel-option <key>',
      kind: 'without',
      help: 'take an inherited kernel argument away (repeatable)',
    },
  ],
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
  ],
  bootArgs: [
    { flag: '--boot-args <template>', kind: 'text', help: 'template of the kernel command line' },
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
  minMemoryMiB: [
    { flag: '--min-memory <MiB>', kind: 'number', help: 'memory that the installer needs' },
  ],
  deadlines: [
    {
      flag: '--deadline <state=seconds>',
      kind: 'numbers',
      help: 'how long a state of a job may last (repeatable)',
    },
  ],
};

const comment: FieldFlag[] = [
  { flag: '--comment <text>', kind: 'text', help: 'a note for people' },
];

export const settingsFlags: Flags<Options> = optionFlags;

export const distroFlags: Flags<DistroInput> = {
  family: [
    {
      flag: '--family <family>',
      kind: 'text',
      choices: ['image', 'fai', 'debian-installer'],
      help: 'installer family',
    },
  ],
  breed: [{ flag: '--breed <breed>', kind: 'text', help: 'debian, ubuntu, redhat, suse …' }],
  version: [{ flag: '--os-version <version>', kind: 'text', help: 'version of the OS, as 12' }],
  arch: [
    { flag: '--arch <arch>', kind: 'text', choices: ['x86_64', 'aarch64'], help: 'architecture' },
  ],
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
      flag: '--tree <folder>',
      kind: 'path',
      help: 'folder that is served to the installer as tree/',
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
      choices: ['tar.zst', 'tar.gz', 'tar.xz', 'raw', 'raw.zst', 'raw.gz', 'raw.xz'],
      help: 'what the image is',
    },
    {
      flag: '--image-unpacked-size <bytes>',
      kind: 'number',
      inner: 'unpackedSize',
      help: 'its size when unpacked',
    },
  ],
  osRelease: [
    {
      flag: '--os-release-id <id>',
      kind: 'text',
      inner: 'id',
      help: 'ID in the new OS’s os-release',
    },
    { flag: '--os-release-version <id>', kind: 'text', inner: 'versionId', help: 'its VERSION_ID' },
  ],
  comment,
  ...optionFlags,
};

export const profileFlags: Flags<ProfileInput> = {
  distro: [{ flag: '--distro <distro>', kind: 'text', help: 'the distro it installs' }],
  parent: [
    {
      flag: '--parent <profile>',
      kind: 'text',
      help: 'the profile it inherits from, in place of a distro',
    },
  ],
  comment,
  ...optionFlags,
};

export const systemFlags: Flags<SystemInput> = {
  profile: [{ flag: '--profile <profile>', kind: 'text', help: 'what the machine is to become' }],
  hostname: [{ flag: '--hostname <name>', kind: 'text', help: 'host name of the new OS' }],
  machineUuid: [{ flag: '--machine-uuid <uuid>', kind: 'text', help: 'SMBIOS UUID' }],
  macs: [
    { flag: '--mac <address>', kind: 'list', help: 'MAC address of an interface (repeatable)' },
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
  comment,
  ...optionFlags,
};

export const templateFlags: Flags<TemplateInput> = {
  text: [
    {
      flag: '--text-file <file>',
      kind: 'text-of-file',
      help: 'file with the template, - for standard input',
    },
  ],
  comment,
};

/** Menu entries in GRUB 2's own language. Pure. */
import { checkCommandLine, kernelWords } from '@resole/protocol';

export interface GrubEntry {
  job: string;
  /** UUID of the file system that holds kernel and initrd. */
  filesystemUuid: string;
  /** Its type, for the driver that GRUB needs. */
  filesystem: string;
  /** Paths from that file system's root. */
  kernel: string;
  initrd: string;
  commandLine: string;
  /** `linux`, or `linuxefi` where the distribution's GRUB needs it. */
  linux: 'linux' | 'linuxefi';
}

/** Identifier of the job's entry: what grub-reboot is told. */
export const entryId = (job: string): string => `resole-${job}`;

const begin = (job: string) => `# BEGIN resole ${job}: goes away by itself when the job ends`;
const end = (job: string) => `# END resole ${job}`;

/**
 * The block that is added to custom.cfg, markers and all. What GRUB can't start (a kernel that shim
 * does not trust, a damaged file) would leave the machine in GRUB's menu for ever: it restarts
 * instead, and the choice for one boot is used up, so that is the old OS.
 * @throws ResoleError `invalid-input`
 */
export function grubBlock(entry: GrubEntry): string {
  const { job, filesystemUuid, linux } = entry;
  const initrd = linux === 'linuxefi' ? 'initrdefi' : 'initrd';
  checkCommandLine(entry.commandLine, 'grub');
  const words = kernelWords(entry.commandLine).map(grubWord);
  const lines = [
    begin(job),
    `menuentry ${grubWord(`Resole job ${job}`)} --unrestricted --id ${entryId(job)} {`,
    '  insmod part_gpt',
    '  insmod part_msdos',
    ...driver(entry.filesystem).map((name) => `  insmod ${name}`),
    `  search --no-floppy --fs-uuid --set=root ${grubWord(filesystemUuid)}`,
    `  ${[linux, grubWord(entry.kernel), ...words].join(' ')}`,
    `  if ${initrd} ${grubWord(entry.initrd)}; then`,
    '    boot',
    '  fi',
    "  echo 'The installer could not be started: back to the old OS.'",
    '  sleep 5',
    '  reboot',
    '}',
    end(job),
  ];
  return `${lines.join('\n')}\n`;
}

/** custom.cfg with the block at its end. */
export const withBlock = (config: string, block: string): string =>
  config === '' || config.endsWith('\n') ? config + block : `${config}\n${block}`;

/** custom.cfg without the job's block; for a file that somebody else has changed meanwhile. */
export function withoutBlock(config: string, job: string): string {
  const start = config.indexOf(begin(job));
  const stop = config.indexOf(end(job), start);
  if (start === -1 || stop === -1) return config;
  return config.slice(0, start) + config.slice(stop + end(job).length).replace(/^\n/, '');
}

/** Some older GRUBs (Red Hat 7 under UEFI) start kernels by a command of their own. */
export const linuxCommand = (grubCfg: string): GrubEntry['linux'] =>
  /^\s*linuxefi\s/m.test(grubCfg) ? 'linuxefi' : 'linux';

/** One word of GRUB's language: as it is where it is harmless, else in single quotes. */
export const grubWord = (word: string): string =>
  /^[A-Za-z0-9_=.,:/@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

const drivers: Record<string, string> = {
  ext2: 'ext2',
  ext3: 'ext2',
  ext4: 'ext2',
  vfat: 'fat',
  msdos: 'fat',
  xfs: 'xfs',
  btrfs: 'btrfs',
  f2fs: 'f2fs',
  jfs: 'jfs',
};

const driver = (filesystem: string): string[] => {
  const name = drivers[filesystem];
  return name === undefined ? [] : [name];
};

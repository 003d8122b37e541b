/** Files of FAI's configuration space. */
import type { Problem } from './problem.ts';

const numbers = String.raw`(\d+(,\d+)*|all)`;
const keeping = (what: string) =>
  ['preserve_always', 'preserve_reinstall', 'preserve_lazy', 'always_format'].map(
    (option) => new RegExp(`^${option}:${what}$`),
  );
const volumes = String.raw`([^/,\s-]+-[^/,\s-]+(,[^/,\s-]+-[^/,\s-]+)*|all)`;
const fstabkey = /^fstabkey:(device|label|uuid)$/;

interface Device {
  options: readonly RegExp[];
  /** What each of its lines begins with, and with how many words. */
  lines: readonly (readonly [type: RegExp, min: number, max: number])[];
}

/** disk_config's devices: setup-storage(8), "SYNTAX". */
const devices: Readonly<Record<string, Device>> = {
  lvm: {
    options: [...keeping(volumes), new RegExp(`^resize:${volumes}$`), fstabkey],
    lines: [
      [/^vg$/, 3, 4],
      [/^[^/,\s-]+-[^/,\s-]+$/, 5, 8],
      [/^[^/,\s]+_[^/,\s]+$/, 5, 8],
    ],
  },
  raid: { options: [...keeping(numbers), fstabkey], lines: [[/^raid([0156]|10)$/, 5, 8]] },
  cryptsetup: {
    options: [/^randinit$/, fstabkey],
    lines: [[/^(swap|tmp|luks(:"[^"]*")?)$/, 5, 9]],
  },
  btrfs: { options: [fstabkey], lines: [[/^btrfs$/, 5, 8]] },
  tmpfs: { options: [], lines: [[/^tmpfs$/, 4, 4]] },
  nfs: { options: [], lines: [[/^nfs$/, 3, 4]] },
  end: { options: [], lines: [] },
};

const disk: Device = {
  options: [
    ...keeping(numbers),
    new RegExp(`^resize:${numbers}$`),
    /^disklabel:(msdos|gpt|gpt-bios)$/,
    /^bootable:\d+$/,
    /^virtual$/,
    /^fstabkey:(device|label|uuid|partuuid|partlabel)$/,
    /^sameas:.+$/,
    /^align-at:\d+[kKMGTPiB]*$/,
  ],
  lines: [
    [/^(primary|logical|raw-disk)$/, 5, 8],
    [/^p=[^/,;\s]*$/, 5, 8],
  ],
};

const oneSize = String.raw`(RAM:\d+%|\d+[kKMGTP%iB]*)`;
/** Of partitions and logical volumes: `2G-`, `20-100`, `10%-`, `-5G`. */
const size = new RegExp(
  `^(${oneSize}(-${oneSize}?)?|-${oneSize})(:resize|:preserve_(always|reinstall|lazy))?$`,
);
const hasSize: ReadonlySet<Device | undefined> = new Set([disk, devices.lvm]);

/** Checks the grammar of a disk_config; whether the disks are there is for setup-storage to see. */
export const lintDiskConfig = (text: string): Problem[] => {
  const problems: Problem[] = [];
  let device: Device | undefined;
  for (const [index, raw] of text.split('\n').entries()) {
    const say = (problem: string) => problems.push({ line: index + 1, problem });
    const words = raw.replace(/(^|\s)#.*$/, '').match(/(?:[^\s"]+|"[^"]*")+/g) ?? [];
    const [first, name, ...rest] = words;
    if (first === undefined) continue;
    if (first === 'disk_config') {
      device = Object.hasOwn(devices, name ?? '') ? devices[name ?? ''] : disk;
      if (name === undefined) say('disk_config of which disk?');
      // `sameas: sda` may have a space.
      const options = rest.join(' ').replaceAll(/: +/g, ':').split(' ').filter(Boolean);
      for (const option of options) {
        if (!device?.options.some((pattern) => pattern.test(option)))
          say(`disk_config ${name} has no option ${option}`);
      }
      continue;
    }
    const line = device?.lines.find(([type]) => type.test(first));
    if (device === undefined) say(`${first} stands before any disk_config`);
    else if (line === undefined) say(`there is no ${first} on such a device`);
    else if (words.length < line[1])
      say(`${first} has ${words.length} words, of at least ${line[1]}`);
    else if (words.length > line[2])
      say(`${first} has ${words.length} words, of at most ${line[2]}`);
    else if (hasSize.has(device) && first !== 'vg' && !size.test(rest[0] ?? ''))
      say(`"${rest[0]}" is no size`);
  }
  return problems;
};

/** What install_packages(8) of FAI 6 does with a list. */
const actions: ReadonlySet<string> = new Set([
  ...['install', 'install-norec', 'remove', 'hold', 'apt', 'aptitude', 'aptitude-r', 'unpack'],
  ...['dselect-upgrade', 'taskinst', 'taskrm', 'cupt', 'cupt-r', 'smarti', 'smartr'],
  ...['yumi', 'yumr', 'yumgroup', 'dnfi', 'dnfr', 'dnfgroup', 'rpmr', 'urpmi', 'urpme'],
  ...['zypper', 'zypper-pattern', 'zypper-product', 'zypper-rm', 'yast', 'y2i', 'y2r'],
  ...['pacman-S', 'pacman-Rns', 'apk-add', 'apk-del'],
]);

/** Checks a package_config: its actions, and that what stands below them are names. */
export const lintPackageConfig = (text: string): Problem[] => {
  const problems: Problem[] = [];
  let listed = false;
  for (const [index, raw] of text.split('\n').entries()) {
    const say = (problem: string) => problems.push({ line: index + 1, problem });
    const [first, ...rest] = raw
      .replace(/(^|\s)#.*$/, '')
      .split(/\s+/)
      .filter(Boolean);
    if (first === undefined) continue;
    if (first === 'PACKAGES') {
      listed = true;
      if (!actions.has(rest[0] ?? '')) say(`PACKAGES has no action "${rest[0] ?? ''}"`);
      continue;
    }
    if (!listed) say(`${first} stands before any PACKAGES`);
    for (const name of [first, ...rest]) {
      if (!/^[a-z0-9@*?][\w.+:*?[\]=~/@-]*$/i.test(name)) say(`"${name}" is no package`);
    }
  }
  return problems;
};

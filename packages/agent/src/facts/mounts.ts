import { type Machine, text } from './machine.ts';

export interface Mount {
  target: string;
  filesystem: string;
  /** `/dev/mapper/rhel-root`, `tmpfs`, `rpool/ROOT/debian`. */
  source: string;
  /** `254:1`; btrfs and ZFS have numbers of their own here, which no disk has. */
  device: string;
}

export async function readMounts(machine: Machine): Promise<Mount[]> {
  return parseMounts((await text(machine, '/proc/self/mountinfo')) ?? '');
}

/** proc_pid_mountinfo(5), in the order of mounting. */
export function parseMounts(mountinfo: string): Mount[] {
  return mountinfo.split('\n').flatMap((line) => {
    const fields = line.split(' ');
    const separator = fields.indexOf('-', 6);
    const [, , device, , target] = fields;
    const [filesystem, source] = fields.slice(separator + 1);
    if (separator < 0 || !device || !target || !filesystem || !source) return [];
    return [{ target: unescaped(target), filesystem, source: unescaped(source), device }];
  });
}

/** The mount that a path lies on: the longest target in front of it, the latest where they repeat. */
export function mountOf(mounts: readonly Mount[], path: string): Mount | undefined {
  return mounts
    .filter(({ target }) => target === '/' || path === target || path.startsWith(`${target}/`))
    .reduce<Mount | undefined>(
      (best, each) => (best && best.target.length > each.target.length ? best : each),
      undefined,
    );
}

/** Space, tab, newline and backslash come as octal numbers. */
const unescaped = (text: string): string =>
  text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));

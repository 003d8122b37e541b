import type { Facts } from '@resole/protocol';
import { type Machine, text } from './machine.ts';

/** The running OS: os-release(5), and what the kernel says of itself. */
export async function readOs(
  machine: Machine,
): Promise<Pick<Facts, 'hostname' | 'os' | 'bootId' | 'kernelCommandLine'>> {
  const [etc, usr, hostname, kernel, bootId, kernelCommandLine] = await Promise.all(
    [
      '/etc/os-release',
      '/usr/lib/os-release',
      '/proc/sys/kernel/hostname',
      '/proc/sys/kernel/osrelease',
      '/proc/sys/kernel/random/boot_id',
      '/proc/cmdline',
    ].map((path) => text(machine, path)),
  );
  const release = parseOsRelease(etc ?? usr ?? '');
  if (etc === undefined && usr === undefined) machine.note('there is no os-release');
  if (!bootId) machine.note('the kernel gives no boot id');
  const versionId = release.get('VERSION_ID');
  return {
    hostname: hostname || 'localhost',
    os: {
      // os-release(5): the default of ID is "linux".
      id: release.get('ID') ?? 'linux',
      ...(versionId === undefined ? {} : { versionId }),
      name: release.get('PRETTY_NAME') ?? release.get('NAME') ?? 'Linux',
      kernel: kernel ?? 'unknown',
    },
    bootId: bootId || 'unknown',
    kernelCommandLine: kernelCommandLine ?? '',
  };
}

/** Shell-like assignments of os-release(5): values may be quoted, with backslash escapes. */
export function parseOsRelease(file: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of file.split('\n')) {
    const [, key, raw] = /^\s*([A-Z][A-Z0-9_]*)=(.*?)\s*$/.exec(line) ?? [];
    if (key === undefined || raw === undefined) continue;
    const quoted = /^(["'])(.*)\1$/.exec(raw);
    values.set(key, (quoted?.[2] ?? raw).replaceAll(/\\(["'$`\\])/g, '$1'));
  }
  return values;
}

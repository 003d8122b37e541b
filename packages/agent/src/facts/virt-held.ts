/** What the guests of a machine hold of it, and what of that they have not taken yet. */
import type { VirtHost } from '@resole/protocol';
import type { Connection } from './virt-connections.ts';

/** Runs virsh. @returns its lines, trimmed, without empty ones */
export type Virsh = (...args: string[]) => Promise<string[]>;

export interface Holdings {
  held: NonNullable<VirtHost['held']>;
  /** Memory that guests which run may still take. */
  memoryOwedMiB: number;
  /** Bytes by pool that thin disks may still grow by. */
  bytesOwed: ReadonlyMap<string, number>;
}

const units: Readonly<Record<string, number>> = {
  bytes: 1,
  B: 1,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
};

/** A guest's volume, with its capacity and allocation as `vol-list --details` writes them. */
const volume =
  /^resole-(?<uuid>[0-9a-f-]{36})-\S+\s.*\s(?<size>[\d.]+) (?<sizeUnit>\w+)\s+(?<taken>[\d.]+) (?<takenUnit>\w+)$/;

const bytes = (count = '0', unit = 'B'): number => Math.round(Number(count) * (units[unit] ?? 1));

/** Resole's own volumes in a pool, of guests that are defined. */
export const readVolumes = (lines: readonly string[], guests: ReadonlySet<string>) =>
  lines.flatMap((line) => {
    const { uuid = '', size, sizeUnit, taken, takenUnit } = volume.exec(line)?.groups ?? {};
    if (!guests.has(uuid)) return [];
    return [{ uuid, capacity: bytes(size, sizeUnit), allocation: bytes(taken, takenUnit) }];
  });

/** `domstats --balloon`: maximum and resident KiB of each guest that runs, by name. */
export const readBalloons = (
  lines: readonly string[],
): Map<string, { max: number; rss: number }> => {
  const found = new Map<string, { max: number; rss: number }>();
  let of = { max: 0, rss: 0 };
  for (const line of lines) {
    const name = /^Domain: '(.*)'$/.exec(line)?.[1];
    if (name !== undefined) {
      of = { max: 0, rss: 0 };
      found.set(name, of);
    }
    const [, key, value] = /^balloon\.(maximum|rss)=(\d+)$/.exec(line) ?? [];
    if (key === 'maximum') of.max = Number(value);
    if (key === 'rss') of.rss = Number(value);
  }
  return found;
};

/** @param connection The one that is asked: containers have no balloon, and hold no memory back. */
export const readHoldings = async (
  virsh: Virsh,
  pools: readonly string[],
  connection: Connection,
): Promise<Holdings> => {
  const names = new Map(
    (await virsh('list', '--all', '--uuid', '--name')).map((line): [string, string] => [
      line.slice(0, 36),
      line.slice(36).trim(),
    ]),
  );
  const balloons = readBalloons(
    connection === 'lxc:///system' ? [] : await virsh('domstats', '--balloon', '--list-running'),
  );
  const held: Holdings['held'] = {};
  let memoryOwedMiB = 0;
  for (const [uuid, name] of names) {
    const { max, rss } = balloons.get(name) ?? { max: 0, rss: 0 };
    held[uuid] = { memoryMiB: Math.floor(max / 1024), disks: {} };
    memoryOwedMiB += Math.max(0, Math.ceil((max - rss) / 1024));
  }
  const bytesOwed = new Map<string, number>();
  for (const pool of pools) {
    const lines = await virsh('vol-list', pool, '--details');
    for (const { uuid, capacity, allocation } of readVolumes(lines, new Set(names.keys()))) {
      const disks = held[uuid]?.disks;
      if (disks) disks[pool] = (disks[pool] ?? 0) + capacity;
      bytesOwed.set(pool, (bytesOwed.get(pool) ?? 0) + Math.max(0, capacity - allocation));
    }
  }
  return { held, memoryOwedMiB, bytesOwed };
};

import type { ErrorDetail } from './errors.ts';
import type { GuestSpec, VirtHost } from './guest.ts';

/** Bytes of a guest's disks, by pool. */
const wantedOf = ({ disks }: GuestSpec): Map<string, number> => {
  const wanted = new Map<string, number>();
  for (const { pool, bytes } of disks) wanted.set(pool, (wanted.get(pool) ?? 0) + bytes);
  return wanted;
};

const changed = (
  host: VirtHost,
  memoryMiB: number,
  bytesOf: (pool: string) => number,
): VirtHost => ({
  ...host,
  memoryFreeMiB: host.memoryFreeMiB + memoryMiB,
  pools: host.pools.map(({ name, availableBytes }) => ({
    name,
    availableBytes: Math.max(0, availableBytes + bytesOf(name)),
  })),
});

/** The host when guests that it was asked for, but that aren't there yet, have been made. Pure. */
export const roomBeside = (host: VirtHost, asked: readonly GuestSpec[]): VirtHost =>
  asked
    .filter(({ name }) => !host.guests.includes(name))
    .reduce((left, guest) => {
      const wanted = wantedOf(guest);
      return changed(left, -guest.memoryMiB, (pool) => -(wanted.get(pool) ?? 0));
    }, host);

/** What a host lacks for a guest; one that is there and is made anew gives back what it has. Pure. */
export const roomProblems = (guest: GuestSpec, now: VirtHost): ErrorDetail[] => {
  const { memoryMiB, cpus, nic, type } = guest;
  const held = now.held?.[guest.uuid];
  const host = held ? changed(now, held.memoryMiB, (pool) => held.disks[pool] ?? 0) : now;
  const wanted = wantedOf(guest);
  const pools = [...wanted].flatMap(([name, bytes]): ErrorDetail[] => {
    const pool = host.pools.find((each) => each.name === name);
    if (pool === undefined) {
      const there = host.pools.map((each) => each.name).join(', ') || 'none';
      return [{ field: 'disks', problem: `there is no pool ${name} (there are: ${there})` }];
    }
    return pool.availableBytes >= bytes
      ? []
      : [
          {
            field: 'disks',
            problem: `pool ${name} has ${pool.availableBytes} bytes free, ${bytes} are needed`,
          },
        ];
  });
  const runs = host.types.join(', ') || 'nothing';
  const lacks = (field: string, fine: boolean, problem: string): ErrorDetail[] =>
    fine ? [] : [{ field, problem }];
  return [
    ...pools,
    ...lacks(
      'memoryMiB',
      host.memoryFreeMiB >= memoryMiB,
      `${Math.max(0, host.memoryFreeMiB)} MiB are free, ${memoryMiB} are needed`,
    ),
    ...lacks('cpus', host.cpus >= cpus, `the host has ${host.cpus}, the guest would have ${cpus}`),
    ...lacks('type', host.types.includes(type), `the host can't run ${type} (but: ${runs})`),
    ...lacks(
      'nic.bridge',
      nic.bridge === undefined || host.bridges.includes(nic.bridge),
      `there is no bridge ${nic.bridge}`,
    ),
    ...lacks(
      'nic.network',
      nic.bridge !== undefined ||
        nic.network === 'user' ||
        host.networks.includes(nic.network ?? 'default'),
      `no network ${nic.network ?? 'default'} is active`,
    ),
  ];
};

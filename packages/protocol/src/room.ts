import type { ErrorDetail } from './errors.ts';
import type { GuestSpec, VirtHost } from './guest.ts';

/** What a host lacks for a guest. Pure. */
export const roomProblems = (guest: GuestSpec, host: VirtHost): ErrorDetail[] => {
  const { memoryMiB, cpus, nic, disks, type } = guest;
  const wanted = new Map<string, number>();
  for (const { pool, bytes } of disks) wanted.set(pool, (wanted.get(pool) ?? 0) + bytes);
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
  const lacks = (field: string, fine: boolean, problem: string): ErrorDetail[] =>
    fine ? [] : [{ field, problem }];
  return [
    ...pools,
    ...lacks(
      'memoryMiB',
      host.memoryFreeMiB >= memoryMiB,
      `${host.memoryFreeMiB} MiB are free, ${memoryMiB} are needed`,
    ),
    ...lacks('cpus', host.cpus >= cpus, `the host has ${host.cpus}, the guest would have ${cpus}`),
    ...lacks('type', type !== 'kvm' || host.types.includes('kvm'), 'the host has no KVM'),
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

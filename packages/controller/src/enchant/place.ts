import { ResoleError } from '@resole/protocol';
import type { Probe } from './probe.ts';

/** Where the agent lives on the server until the server is another. */
export interface Place {
  kind: 'disk' | 'memory';
  folder: string;
}

/** Room for the installer's kernel and initrd beside the agent. */
const STAGING_BYTES = 100 * 1024 * 1024;
/** Memory that must stay free for the running server and the agent itself. */
const SPARE_BYTES = 200 * 1024 * 1024;

const MiB = (bytes: number) => `${Math.ceil(bytes / 1024 / 1024)} MiB`;

/**
 * The disk where there is room, else memory: an agent in memory is gone with the next boot, so an
 * installation that fails is not reported by it. Pure.
 * @param agent Bytes of the executable, compressed and not.
 * @throws ResoleError `staging-space-too-small`
 */
export const choosePlace = (
  { diskBytes, availableBytes, systemd }: Probe,
  agent: { packed: number; unpacked: number },
): Place => {
  const needed = agent.packed + agent.unpacked + STAGING_BYTES;
  // Without systemd nothing would start it again after a reboot.
  if (systemd && diskBytes >= needed) return { kind: 'disk', folder: '/var/lib/resole-enchant' };
  if (availableBytes >= needed + SPARE_BYTES)
    return { kind: 'memory', folder: '/run/resole-enchant' };
  throw new ResoleError(
    'staging-space-too-small',
    `there is no room for the agent: ${MiB(diskBytes)} free below /var/lib, ${MiB(availableBytes)} in memory`,
    {
      remedy: `make ${MiB(needed)} free below /var/lib, or ${MiB(needed + SPARE_BYTES)} in memory`,
    },
  );
};

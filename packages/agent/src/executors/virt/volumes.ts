/** A guest's disks, as volumes of libvirt's pools. */
import type { GuestSpec } from '@resole/protocol';
import type { Connection } from '../../facts/virt-connections.ts';
import type { UndoContext } from '../../ports.ts';
import { virsh } from './virsh.ts';

/** What all volumes of a guest begin with: by it they are found again, also half-made ones. */
const prefixOf = (uuid: string): string => `resole-${uuid}-`;

export const volumeName = ({ uuid, disks }: GuestSpec, index: number): string =>
  `${prefixOf(uuid)}${index}.${disks[index]?.format ?? 'raw'}`;

/** The volume of an ISO that the guest boots. */
export const mediumName = ({ uuid }: GuestSpec): string => `${prefixOf(uuid)}medium.iso`;

export const poolsOf = async (
  context: Pick<UndoContext, 'run'>,
  connection: Connection,
): Promise<string[]> =>
  (await virsh(context, ['pool-list', '--name'], connection))
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

/** @param from A file whose bytes become the volume's. */
export const makeVolume = async (
  context: Pick<UndoContext, 'run'>,
  volume: { pool: string; name: string; bytes: number; format: string; from?: string },
  connection: Connection,
): Promise<void> => {
  const tell = (...args: string[]) => virsh(context, args, connection);
  const { pool, name, bytes, format, from } = volume;
  await tell('vol-create-as', pool, name, String(bytes), '--format', format);
  if (from === undefined) return;
  await tell('vol-upload', '--pool', pool, name, from);
  // The image may be smaller than the disk that was asked for, and says its own size.
  if (format !== 'raw' || bytes > 0) {
    await tell('pool-refresh', pool);
    await tell('vol-resize', '--pool', pool, name, String(bytes)).catch(() => '');
  }
};

/** Removes every volume of a guest, in whatever pool it is. */
export const removeVolumes = async (
  context: Pick<UndoContext, 'run'>,
  uuid: string,
  connection: Connection,
): Promise<void> => {
  const tell = (...args: string[]) => virsh(context, args, connection);
  for (const pool of await poolsOf(context, connection)) {
    await tell('pool-refresh', pool).catch(() => '');
    const table = await tell('vol-list', pool);
    for (const line of table.split('\n')) {
      const [name = ''] = line.trim().split(/\s+/);
      if (name.startsWith(prefixOf(uuid))) await tell('vol-delete', '--pool', pool, name);
    }
  }
};

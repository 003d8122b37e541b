/** A guest's disks, as volumes of libvirt's pools. */
import { stat } from 'node:fs/promises';
import type { GuestSpec } from '@resole/protocol';
import type { Connection } from '../../facts/virt-connections.ts';
import type { StepContext, UndoContext } from '../../ports.ts';
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

/** For hundreds of gigabytes on a slow disk. */
const PATIENCE_SECONDS = 24 * 3600;
/** How often a volume that is being filled is looked at. */
const LOOK_MS = 2000;

type Making = Pick<StepContext, 'run' | 'clock' | 'signal'>;

/** One command that takes as long as it takes, unless nobody wants it any more. */
const work = ({ run, signal }: Making, connection: Connection, ...args: string[]) =>
  run('virsh', ['--quiet', '--connect', connection, ...args], {
    timeout: PATIENCE_SECONDS,
    signal,
  });

interface NewVolume {
  pool: string;
  name: string;
  bytes: number;
  format: string;
  /** A file whose bytes become the volume's. */
  from?: string;
  /** Told how much of them is there, from 0 to 1. */
  filled?: (share: number) => void;
}

export const makeVolume = async (
  context: Making,
  volume: NewVolume,
  connection: Connection,
): Promise<void> => {
  const tell = (...args: string[]) => virsh(context, args, connection);
  const { pool, name, bytes, format, from } = volume;
  const shape = [pool, name, String(bytes), '--format', format];
  await work(context, connection, 'vol-create-as', ...shape);
  if (from === undefined) return;
  await fill(context, { ...volume, from }, connection);
  // The image may be smaller than the disk that was asked for, and says its own size.
  if (format !== 'raw' || bytes > 0) {
    await tell('pool-refresh', pool);
    await tell('vol-resize', '--pool', pool, name, String(bytes)).catch(() => '');
  }
};

const fill = async (
  context: Making,
  volume: NewVolume & { from: string },
  connection: Connection,
): Promise<void> => {
  const { pool, name, from } = volume;
  const done = new AbortController();
  const looking = look(context, volume, connection, done.signal).catch(() => undefined);
  try {
    await work(context, connection, 'vol-upload', '--pool', pool, name, from);
  } finally {
    done.abort();
    await looking;
  }
};

/** Tells how far a volume is filled, until aborted; of one that has all its room at once, nothing. */
const look = async (
  context: Making,
  { pool, name, format, bytes, from, filled }: NewVolume & { from: string },
  connection: Connection,
  signal: AbortSignal,
): Promise<void> => {
  if (filled === undefined || (format === 'raw' && bytes > 0)) return;
  const { size } = await stat(from);
  while (!signal.aborted) {
    await context.clock.sleep(LOOK_MS, signal);
    const info = await virsh(context, ['vol-info', '--bytes', '--pool', pool, name], connection);
    const allocated = Number(/^Allocation:\s+(\d+)/m.exec(info)?.[1] ?? 0);
    filled(Math.min(1, allocated / size));
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

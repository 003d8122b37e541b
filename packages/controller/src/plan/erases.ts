/** What a reinstall destroys, for people. Pure. */
import type { Disk, Plan } from '@resole/protocol';
import { formatBytes } from './format.ts';

type Erased = Plan['erases'][number];

/** A disk whose contents an agent has told of. */
export const erasedDisk = (disk: Disk): Erased => ({
  id: disk.id,
  name: disk.name,
  size: disk.size,
  contents: contentsOf(disk),
});

const contentsOf = (disk: Disk): string[] =>
  disk.partitions.map((part) =>
    [
      `${part.name}, ${formatBytes(part.size)}`,
      part.filesystem,
      part.label && `"${part.label}"`,
      part.mountPoints.length > 0 && `mounted on ${part.mountPoints.join(', ')}`,
    ]
      .filter(Boolean)
      .join(', '),
  );

/** Stands for the id of a disk that nobody has seen: the installer refuses where there are several. */
const ONLY_DISK = 'only';

/** A disk that nobody has told of: an operator's word, or the machine's only one. Size 0: unknown. */
export const unseenDisk = (id: string | undefined): Erased => ({
  id: id ?? ONLY_DISK,
  name: id === undefined ? 'the only disk that is not removable' : 'as the inventory says',
  size: 0,
  contents: [],
});

/** A place that a tree is imported from. */
import type { Received } from '../receive.ts';
import type { TreeReader } from '../tree.ts';

export interface CopyControl {
  progress?: ((phase: string, fraction?: number) => void) | undefined;
  signal?: AbortSignal | undefined;
}

export interface Source extends TreeReader {
  /** For people. */
  name: string;
  /** An ISO that an installer may want as a whole. */
  iso?: string;
  /** The tree as a folder of this host. */
  folder?: string;
  /** The address of a tree that is not copied. */
  staysAt?: string;
  /** Copies the whole tree, or of one that stays these files of it. */
  copy(folder: string, paths: readonly string[], control: CopyControl): Promise<Received>;
  close(): Promise<void>;
}

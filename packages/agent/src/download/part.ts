/** A download that is not yet whole: a file that grows, and the hash of its bytes so far. */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';

/** A file that grows: its bytes so far, and their hash. */
export interface Part {
  handle: FileHandle;
  hash: Hash;
  offset: number;
}

/** What an earlier try has left is used on, and hashed again. */
export async function openPart(path: string, size: number): Promise<Part> {
  const found = await stat(path).catch(() => undefined);
  const part = {
    handle: await open(path, found ? 'r+' : 'w', 0o600),
    hash: createHash('sha256'),
    offset: 0,
  };
  if (found === undefined || found.size > size) {
    await part.handle.truncate(0);
    return part;
  }
  for await (const bytes of createReadStream(path)) part.hash.update(bytes);
  part.offset = found.size;
  return part;
}

/** From the first byte on. */
export async function restart(part: Part): Promise<void> {
  if (part.offset === 0) return;
  await part.handle.truncate(0);
  part.hash = createHash('sha256');
  part.offset = 0;
}

/** Written at once: a write for each piece off the network costs more than the piece itself. */
const BATCH_BYTES = 1024 * 1024;

/** More than this is not kept waiting for the disk. */
const WAITING_BYTES = 4 * BATCH_BYTES;

/** Bytes on their way into a part: while a batch is written and hashed, the next one gathers. */
export class Batch {
  readonly #part: Part;
  readonly #progress: (bytes: number) => void;
  #pieces: Uint8Array[] = [];
  #waiting = 0;
  /** Bytes that were added. */
  #added = 0;
  #writing: Promise<void> | undefined;
  #failed: unknown;

  constructor(part: Part, progress: (bytes: number) => void) {
    this.#part = part;
    this.#progress = progress;
    this.#added = part.offset;
  }

  /** Offset behind the last byte that was added. */
  get end(): number {
    return this.#added;
  }

  /** @returns whether there is room for more; else `ready()` says when there is. */
  add(bytes: Uint8Array): boolean {
    this.#pieces.push(bytes);
    this.#waiting += bytes.length;
    this.#added += bytes.length;
    if (this.#waiting >= BATCH_BYTES) this.#begin();
    return this.#waiting < WAITING_BYTES;
  }

  /** @throws what went wrong in writing. */
  async ready(): Promise<void> {
    await this.#writing;
    if (this.#failed !== undefined) throw this.#failed;
  }

  /** All that was added is in the file. */
  async flush(): Promise<void> {
    await this.ready();
    this.#begin();
    await this.ready();
  }

  #begin(): void {
    if (this.#writing !== undefined || this.#failed !== undefined || this.#waiting === 0) return;
    this.#writing = this.#write()
      .catch((error: unknown) => {
        this.#failed = error;
      })
      .then(() => {
        this.#writing = undefined;
        if (this.#waiting >= BATCH_BYTES) this.#begin();
      });
  }

  async #write(): Promise<void> {
    const part = this.#part;
    const pieces = this.#pieces;
    const size = this.#waiting;
    this.#pieces = [];
    this.#waiting = 0;
    const before = part.hash.copy();
    const written = writeAll(part.handle, pieces, size, part.offset);
    // Another thread writes meanwhile.
    for (const piece of pieces) part.hash.update(piece);
    try {
      await written;
    } catch (error) {
      part.hash = before;
      throw error;
    }
    part.offset += size;
    this.#progress(part.offset);
  }
}

async function writeAll(
  handle: FileHandle,
  pieces: Uint8Array[],
  size: number,
  position: number,
): Promise<void> {
  const { bytesWritten } = await handle.writev(pieces, position);
  if (bytesWritten === size) return;
  const rest = Buffer.concat(pieces).subarray(bytesWritten);
  await writeAll(handle, [rest], rest.length, position + bytesWritten);
}

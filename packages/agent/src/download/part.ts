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

/** Bytes on their way into a part. */
export class Batch {
  readonly #part: Part;
  readonly #progress: (bytes: number) => void;
  #pieces: Uint8Array[] = [];
  size = 0;

  constructor(part: Part, progress: (bytes: number) => void) {
    this.#part = part;
    this.#progress = progress;
  }

  async add(bytes: Uint8Array): Promise<void> {
    this.#pieces.push(bytes);
    this.size += bytes.length;
    if (this.size >= BATCH_BYTES) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.size === 0) return;
    const part = this.#part;
    const bytes = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.size = 0;
    await part.handle.write(bytes, 0, bytes.length, part.offset);
    part.hash.update(bytes);
    part.offset += bytes.length;
    this.#progress(part.offset);
  }
}

/**
 * Writing a cpio archive as the kernel reads it for an initrd: "newc", see
 * Documentation/driver-api/early-userspace/buffer-format.rst. Owner is root and time is 0 for all,
 * so that the same files always make the same archive.
 */

export type CpioEntry =
  | { path: string; type: 'folder' }
  | { path: string; type: 'link'; target: string }
  | { path: string; type: 'character-device'; major: number; minor: number }
  | { path: string; type: 'file'; content: Uint8Array; executable: boolean };

/** The archive in pieces. `entries` must have every folder before what is in it. */
export async function* cpio(
  entries: AsyncIterable<CpioEntry> | Iterable<CpioEntry>,
): AsyncGenerator<Uint8Array> {
  let inode = 0;
  for await (const entry of entries) {
    inode += 1;
    yield* member(entry.path, inode, modeOf(entry), contentOf(entry), deviceOf(entry));
  }
  yield* member('TRAILER!!!', 0, 0, new Uint8Array(), { major: 0, minor: 0 });
}

function* member(
  path: string,
  inode: number,
  mode: number,
  content: Uint8Array,
  device: { major: number; minor: number },
): Generator<Uint8Array> {
  const name = Buffer.from(`${path}\0`);
  // inode, mode, uid, gid, links, time, size, device (2), the node's device (2), name, checksum
  const numbers = [inode, mode, 0, 0, 1, 0, content.length, 0, 0];
  numbers.push(device.major, device.minor, name.length, 0);
  const header = `070701${numbers.map((number) => number.toString(16).padStart(8, '0')).join('')}`;
  yield Buffer.concat([Buffer.from(header), name, padding(header.length + name.length)]);
  if (content.length === 0) return;
  yield content;
  yield padding(content.length);
}

/** Zeros up to the next multiple of four. */
const padding = (length: number): Uint8Array => new Uint8Array((4 - (length % 4)) % 4);

function modeOf(entry: CpioEntry): number {
  if (entry.type === 'folder') return 0o040755;
  if (entry.type === 'link') return 0o120777;
  if (entry.type === 'character-device') return 0o020600;
  return entry.executable ? 0o100755 : 0o100644;
}

function contentOf(entry: CpioEntry): Uint8Array {
  if (entry.type === 'file') return entry.content;
  return entry.type === 'link' ? Buffer.from(entry.target) : new Uint8Array();
}

const deviceOf = (entry: CpioEntry): { major: number; minor: number } =>
  entry.type === 'character-device' ? entry : { major: 0, minor: 0 };

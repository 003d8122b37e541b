import { createHash } from 'node:crypto';

/** Tag of a packet that holds a primary key (RFC 9580, 5). */
const PUBLIC_KEY = 6;

/**
 * Fingerprints of the primary keys in an armoured text, as installers want them: hex, capital.
 * What can't be read has none.
 */
export const fingerprints = (armoured: string): string[] =>
  [...armoured.matchAll(/-----BEGIN PGP PUBLIC KEY BLOCK-----(.*?)-----END/gs)].flatMap(
    ([, block = '']) => {
      // Headers end with an empty line; the checksum has a line of its own, which begins with `=`.
      const [, body = ''] = /\n[ \t\r]*\n(.*)/s.exec(block) ?? [];
      const packets = Buffer.from(body.replaceAll(/^=.*$/gm, ''), 'base64');
      return [...keysIn(packets)].map(fingerprint).filter((each) => each !== '');
    },
  );

function* keysIn(packets: Buffer): Generator<Buffer> {
  let rest = packets;
  while (rest.length >= 3) {
    const header = headerOf(rest);
    if (header === undefined) return;
    const { tag, start, length } = header;
    if (rest.length < start + length) return;
    if (tag === PUBLIC_KEY) yield rest.subarray(start, start + length);
    rest = rest.subarray(start + length);
  }
}

/** Lengths of parts and without end are not those of keys. */
const headerOf = (bytes: Buffer): { tag: number; start: number; length: number } | undefined => {
  const first = bytes.readUInt8(0);
  const size = [1, 2, 4][first & 3];
  if ((first & 0x80) === 0) return undefined;
  if ((first & 0x40) === 0) {
    if (size === undefined || bytes.length < 1 + size) return undefined;
    return { tag: (first >> 2) & 15, start: 1 + size, length: bytes.readUIntBE(1, size) };
  }
  const tag = first & 63;
  const length = bytes.readUInt8(1);
  if (length < 192) return { tag, start: 2, length };
  if (length < 224)
    return { tag, start: 3, length: (length - 192) * 256 + bytes.readUInt8(2) + 192 };
  if (length < 255 || bytes.length < 6) return undefined;
  return { tag, start: 6, length: bytes.readUInt32BE(2) };
};

/** RFC 9580, 5.5.4: by the version, which is the first byte. */
const fingerprint = (key: Buffer): string => {
  const [version] = key;
  const length = Buffer.alloc(4);
  length.writeUInt32BE(key.length);
  if (version === 4) {
    return hashed('sha1', Buffer.of(0x99), length.subarray(2), key);
  }
  return version === 6 ? hashed('sha256', Buffer.of(0x9b), length, key) : '';
};

const hashed = (algorithm: string, ...parts: Buffer[]): string =>
  createHash(algorithm).update(Buffer.concat(parts)).digest('hex').toUpperCase();

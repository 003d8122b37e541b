/** The compressed forms of an executable that travel to machines. */
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip, createZstdCompress } from 'node:zlib';

/** Makes FILE.gz (for every system) and FILE.zst (smaller). */
export async function compress(file: string): Promise<void> {
  const level = { params: { [constants.ZSTD_c_compressionLevel]: 9 } };
  await Promise.all([
    pipeline(createReadStream(file), createGzip(), createWriteStream(`${file}.gz`)),
    pipeline(createReadStream(file), createZstdCompress(level), createWriteStream(`${file}.zst`)),
  ]);
}

import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress } from 'node:zlib';

/** Quick rather than small: the guest is what takes the time. */
const compression = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/**
 * Serves one file, compressed by zstd, on a port of 127.0.0.1 for as long as `work` runs.
 * @param work is given the port
 */
export async function whileServing<T>(
  file: string,
  work: (port: number) => Promise<T>,
): Promise<T> {
  const server = createServer(async (_request, response) => {
    // A reader that leaves early is the reader's own failure.
    await pipeline(createReadStream(file), createZstdCompress(compression), response).catch(
      () => {},
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return await work(address.port);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

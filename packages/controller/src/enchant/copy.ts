import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { ResoleError } from '@resole/protocol';
import { claim } from './claim.ts';
import type { Connection } from './connection.ts';
import type { AgentFile } from './controller.ts';
import type { Place } from './place.ts';
import { prepareScript, receiveScript, unpackScript } from './scripts.ts';

/** How often a connection that was lost is made anew, and the pauses before, seconds. */
const RETRY_SECONDS = [1, 3, 10, 30];

/** Stores a download and checks what is packed in it. @throws ResoleError `checksum-mismatch` */
export const keepPacked = async (
  source: NodeJS.ReadableStream,
  path: string,
  { sha256 }: AgentFile,
): Promise<void> => {
  await pipeline(source, createWriteStream(path, { mode: 0o600 }));
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), createGunzip(), hash);
  if (hash.digest('hex') === sha256) return;
  throw new ResoleError('checksum-mismatch', 'the agent came damaged from the controller', {
    remedy: 'try again; if it stays so, run scripts/package-agent on the controller anew',
  });
};

/**
 * Brings the packed executable to the server: goes on where an earlier copy was cut off, connects
 * anew when the connection is lost, and unpacks it only if its SHA-256 is right.
 */
export const copyAgent = async (
  connection: Connection,
  place: Place,
  packed: string,
  file: AgentFile,
  {
    holder,
    progress,
    signal,
  }: { holder: string; progress: (fraction: number) => void; signal: AbortSignal },
): Promise<void> => {
  const sizeMiB = Math.ceil((file.packedSize + file.size) / 1024 / 1024) + 150;
  const prepare = { args: [place.folder, place.kind, `${sizeMiB}m`, file.sha256] };
  for (let tries = 0; ; tries += 1) {
    try {
      if (tries > 0) {
        await connection.connect();
        // It may have been away for long enough to be thought dead.
        await claim(connection, holder);
      }
      const text = await connection.must('preparing the folder', prepareScript, prepare);
      const there = Number(text.trim());
      const offset = there <= file.packedSize ? there : 0;
      if (offset < file.packedSize) {
        await connection.must('copying the agent', receiveScript, {
          args: [place.folder, String(offset)],
          input: createReadStream(packed, { start: offset }).pipe(
            counting(offset, (bytes) => progress(bytes / file.packedSize)),
          ),
          timeoutSeconds: 3600,
        });
      }
      await connection.must('unpacking the agent', unpackScript, {
        args: [place.folder, file.sha256, holder],
      });
      return;
    } catch (error) {
      const pause = RETRY_SECONDS[tries];
      const lost =
        error instanceof ResoleError &&
        (error.code === 'connection-lost' || (tries > 0 && error.code === 'unreachable'));
      if (!lost || pause === undefined) throw error;
      await sleep(pause * 1000, undefined, { signal });
    }
  }
};

/** Passes bytes on and says how many there were, the first `start` included. */
const counting = (start: number, told: (bytes: number) => void): Transform => {
  let bytes = start;
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      bytes += chunk.length;
      told(bytes);
      done(null, chunk);
    },
  });
};

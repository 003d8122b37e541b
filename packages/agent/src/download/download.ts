/** Downloads that survive a controller's outage, and never leave a wrong file behind. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ResoleError } from '@resole/protocol';
import { syncFolder } from '../files/durable.ts';
import type { Clock } from '../ports.ts';
import { Batch, openPart, type Part, restart } from './part.ts';
import { getFrom, type Patience } from './request.ts';

export interface Download {
  url: string;
  /** Where the file appears once it is right; `<path>.part` until then. */
  path: string;
  size: number;
  /** SHA-256, hexadecimal. */
  sha256: string;
}

export interface DownloadOptions {
  clock: Clock;
  signal: AbortSignal;
  /** Bytes that are there. */
  progress(bytes: number): void;
  log(message: string): void;
  /** A CA that is trusted beside the usual ones. */
  caPem?: string;
  patience?: Patience;
  /** Time without a single new byte after which it is given up, ms. */
  giveUpAfter?: number;
}

const defaults = { patience: { connect: 10_000, stall: 20_000 }, giveUpAfter: 15 * 60_000 };
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;

/** Answers that more asking won't change. */
const isFinal = (status: number) =>
  status >= 400 && status < 500 && ![408, 425, 429].includes(status);

/**
 * Downloads a file, resuming where an earlier try ended. The hash covers every byte, those of the
 * earlier try too.
 * @throws ResoleError `size-mismatch` or `checksum-mismatch` (nothing is left then),
 * `download-failed` (the part stays, for the next try).
 */
export async function download(file: Download, options: DownloadOptions): Promise<void> {
  if (await isRight(file)) return;
  const path = `${file.path}.part`;
  const part = await openPart(path, file.size);
  const found = part.offset;
  try {
    await fill(part, file, options);
    await part.handle.sync();
  } catch (error) {
    if (error instanceof ResoleError && error.code === 'size-mismatch') await rm(path);
    throw error;
  } finally {
    await part.handle.close();
  }
  if (part.hash.digest('hex') === file.sha256) {
    await rename(path, file.path);
    await syncFolder(dirname(file.path));
    return;
  }
  await rm(path);
  // Bytes of an earlier try may have been torn by a power cut: once more, from the start.
  if (found > 0) return download(file, options);
  throw new ResoleError('checksum-mismatch', `${nameOf(file)} is not the file that was planned`, {
    remedy: 'if it was changed on purpose, edit the distro: its checksum is then taken anew',
  });
}

/** Asks again and again until all bytes are there. */
async function fill(part: Part, file: Download, options: DownloadOptions): Promise<void> {
  const { clock, signal, log, giveUpAfter = defaults.giveUpAfter } = options;
  let pause = FIRST_PAUSE_MS;
  let lastByteAt = clock.now().getTime();
  while (part.offset < file.size) {
    const before = part.offset;
    const problem = await transfer(part, file, options).catch((error: Error) => error);
    signal.throwIfAborted();
    if (problem instanceof ResoleError) throw problem;
    if (problem === undefined) continue;
    if (part.offset > before) {
      pause = FIRST_PAUSE_MS;
      lastByteAt = clock.now().getTime();
    }
    if (clock.now().getTime() - lastByteAt > giveUpAfter) {
      throw new ResoleError(
        'download-failed',
        `${nameOf(file)}: nothing came for ${Math.round(giveUpAfter / 60_000)} minutes: ` +
          problem.message,
        { remedy: "check the way from this machine to the controller's provision listener" },
      );
    }
    log(`${nameOf(file)}, ${part.offset} of ${file.size} bytes: ${problem.message}; trying again`);
    await clock.sleep(pause * (0.5 + Math.random() / 2), signal);
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }
}

/** One connection's worth of bytes. Ends when the connection does; throws what went wrong. */
async function transfer(
  part: Part,
  file: Download,
  { signal, progress, caPem, patience = defaults.patience }: DownloadOptions,
): Promise<undefined> {
  const reply = await getFrom(file.url, part.offset, patience, signal, caPem);
  try {
    if (reply.status === 416) {
      await restart(part);
      throw new Error('the server has fewer bytes than were there');
    }
    if (isFinal(reply.status)) {
      throw new ResoleError('download-failed', `${nameOf(file)}: answer ${reply.status}`);
    }
    if (reply.status !== 200 && reply.status !== 206) throw new Error(`answer ${reply.status}`);
    if (reply.total !== undefined && reply.total !== file.size) throw wrongSize(file, reply.total);
    if (reply.start === 0) await restart(part);
    if (reply.start !== part.offset) throw new Error('the server sent other bytes than asked for');
    const batch = new Batch(part, progress);
    try {
      await receive(reply.body, batch, file);
    } finally {
      // What came before the connection broke need not come again.
      await batch.flush();
    }
  } finally {
    reply.destroy();
  }
  // The connection ended properly: where no length was told, that was all there is.
  if (part.offset < file.size) throw wrongSize(file, part.offset);
}

/**
 * Listens, for a loop over the stream costs several turns of the event loop a piece, and there are
 * hundreds of pieces in a kernel.
 */
async function receive(body: Readable, batch: Batch, file: Download): Promise<void> {
  body.on('data', (bytes: Buffer) => {
    if (batch.end + bytes.length > file.size) return void body.destroy(wrongSize(file));
    if (batch.add(bytes)) return;
    body.pause();
    batch.ready().then(
      () => body.resume(),
      (error: Error) => body.destroy(error),
    );
  });
  await finished(body);
}

/** Whether the whole, right file is there already. */
async function isRight({ path, size, sha256 }: Download): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return false;
  const hash = createHash('sha256');
  if (found.size === size) {
    for await (const bytes of createReadStream(path)) hash.update(bytes);
    if (hash.digest('hex') === sha256) return true;
  }
  await rm(path);
  return false;
}

const wrongSize = (file: Download, actual?: number) =>
  new ResoleError(
    'size-mismatch',
    `${nameOf(file)} has ${actual ?? 'more'} bytes, ${file.size} were planned`,
    { remedy: 'if it was changed on purpose, edit the distro: its size is then taken anew' },
  );

/** The file's own name: its whole address is secret, since it is bound to the job. */
const nameOf = ({ url }: Download): string => new URL(url).pathname.split('/').at(-1) ?? 'file';

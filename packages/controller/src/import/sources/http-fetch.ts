/** Fetches one file with resume: whole under its name, or not at all. */
import { chmod, mkdir, open, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ResoleError } from '@resole/protocol';
import type { Get } from './http-get.ts';

export interface FetchOptions {
  get: Get;
  signal?: AbortSignal | undefined;
  progress?: (fraction: number) => void;
}

/** Milliseconds without a byte after which a transfer counts as broken. */
const stall = 60_000;
const attempts = 5;

/** @returns bytes fetched; undefined where the file was there already, as the server has it. */
export async function fetchFile(
  url: string,
  place: string,
  { get, signal, progress }: FetchOptions,
): Promise<number | undefined> {
  const head = await get(url, { method: 'HEAD', ...(signal && { signal }) });
  const size = Number(head.headers.get('content-length') ?? Number.NaN);
  const modified = Date.parse(head.headers.get('last-modified') ?? '') / 1000;
  const here = await stat(place).catch(() => undefined);
  if (here?.size === size && Math.abs(here.mtimeMs / 1000 - modified) < 2) return undefined;
  await mkdir(dirname(place), { recursive: true });
  // A part of another version of the file is not gone on with.
  const part = `${place}.${size.toString(36)}-${modified.toString(36)}.part`;
  if (Number.isNaN(modified) || Number.isNaN(size)) await rm(part, { force: true });
  let fetched = 0;
  for (let attempt = 1; ; attempt += 1) {
    const begun = (await stat(part).catch(() => undefined))?.size ?? 0;
    if (begun > 0 && begun === size) break;
    const range = begun > 0 ? { range: `bytes=${begun}-` } : {};
    const reply = await get(url, { ...range, ...(signal && { signal }) });
    if (!reply.ok || reply.body === null) {
      throw new ResoleError('download-failed', `${url}: the server answered ${reply.status}`, {
        remedy: 'check the address in a browser',
      });
    }
    const goesOn = reply.status === 206;
    try {
      let at = goesOn ? begun : 0;
      const file = await open(part, goesOn ? 'a' : 'w', 0o644);
      try {
        // Each piece is on the disk before the next is taken: a break loses nothing that came.
        for await (const chunk of quick(reply.body as AsyncIterable<Uint8Array>)) {
          signal?.throwIfAborted();
          await file.write(chunk);
          at += chunk.length;
          fetched += chunk.length;
          if (!Number.isNaN(size)) progress?.(Math.min(1, at / size));
        }
      } finally {
        await file.close();
      }
      const got = (await stat(part)).size;
      if (Number.isNaN(size) || got === size) break;
      throw new Error(`${got} bytes came where ${size} were announced`);
    } catch (cause) {
      signal?.throwIfAborted();
      if (attempt < attempts) continue;
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new ResoleError('download-failed', `${url} cannot be fetched: ${why}`, {
        remedy: 'import again: what is fetched is kept',
        cause,
      });
    }
  }
  await chmod(part, 0o644);
  if (!Number.isNaN(modified)) await utimes(part, modified, modified);
  await rename(part, place);
  return fetched;
}

/** Ends a transfer in which nothing comes any more. */
async function* quick(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = chunks[Symbol.asyncIterator]();
  for (;;) {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`nothing came for ${stall / 1000} s`)), stall);
    });
    try {
      const { value, done } = await Promise.race([source.next(), late]);
      if (done) return;
      yield value;
    } finally {
      clearTimeout(timer);
    }
  }
}

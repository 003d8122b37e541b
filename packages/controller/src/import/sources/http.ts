/** A tree at an http(s) address that stays there: only what installers boot from is fetched. */
import { ResoleError } from '@resole/protocol';
import { inside } from '../receive.ts';
import { fetchFile } from './http-fetch.ts';
import { type Get, httpGet } from './http-get.ts';
import type { Source } from './source.ts';

/** More than this is no metadata file. */
const largestFile = 64 * 1024 * 1024;

const attempts = 3;

export function httpSource(url: string, signal?: AbortSignal, get: Get = httpGet): Source {
  const base = url.replace(/\/+$/, '');
  const at = (path: string) => `${base}/${path.split('/').map(encodeURIComponent).join('/')}`;
  const ask = (path: string, init: { method?: 'HEAD'; range?: string } = {}) =>
    get(at(path), { ...init, ...(signal && { signal }) });
  return {
    name: base,
    staysAt: base,
    list: async (folder) => {
      const reply = await ask(folder === '' ? '' : `${folder}/`);
      if (reply.status !== 200 || !/html/.test(reply.headers.get('content-type') ?? '')) {
        await reply.body?.cancel();
        return undefined;
      }
      return linksOf(await reply.text());
    },
    size: async (path) => {
      const reply = await ask(path, { method: 'HEAD' });
      await reply.body?.cancel();
      if (reply.status !== 200) return undefined;
      const length = reply.headers.get('content-length');
      return length === null ? -1 : Number(length);
    },
    read: async (path, range) => {
      const bytes = range && `bytes=${range.offset}-${range.offset + range.length - 1}`;
      for (let attempt = 1; ; attempt += 1) {
        const reply = await ask(path, bytes === undefined ? {} : { range: bytes });
        if (reply.status !== 200 && reply.status !== 206) {
          await reply.body?.cancel();
          return undefined;
        }
        const skip = range !== undefined && reply.status === 200 ? range.offset : 0;
        try {
          return await upTo(reply, skip, range?.length ?? largestFile);
        } catch (cause) {
          signal?.throwIfAborted();
          if (attempt >= attempts) throw brokenOff(at(path), cause);
        }
      }
    },
    copy: async (folder, paths, { progress, signal: stop }) => {
      const received = { files: 0, bytes: 0, kept: 0, leftOut: [] };
      for (const [index, path] of paths.entries()) {
        const bytes = await fetchFile(at(path), `${folder}/${inside(path)}`, {
          get,
          signal: stop,
          progress: (part) => progress?.(`fetch ${path}`, (index + part) / paths.length),
        });
        received.bytes += bytes ?? 0;
        received[bytes === undefined ? 'kept' : 'files'] += 1;
      }
      return received;
    },
    close: async () => {},
  };
}

/** Names in a folder's page, as web servers make them: relative links without a way up. */
export function linksOf(html: string): string[] {
  const names = [...html.matchAll(/<a\s[^>]*href="([^"?#]+)"/gi)].flatMap(([, href = '']) => {
    const plain = href.replace(/^\.\//, '').replace(/\/$/, '').replaceAll('&amp;', '&');
    if (plain === '' || plain.includes('/') || plain.startsWith('..') || plain.includes(':'))
      return [];
    try {
      return [decodeURIComponent(plain)];
    } catch {
      return [];
    }
  });
  return [...new Set(names)];
}

async function upTo(reply: Response, skip: number, length: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let at = 0;
  for await (const chunk of reply.body ?? []) {
    const bytes = chunk as Uint8Array;
    const from = Math.min(bytes.length, Math.max(0, skip - at));
    chunks.push(bytes.subarray(from, Math.max(from, skip + length - at)));
    at += bytes.length;
    if (at >= skip + length) break;
  }
  return Buffer.concat(chunks);
}

const brokenOff = (url: string, cause: unknown): ResoleError =>
  new ResoleError('download-failed', `${url} breaks off while it is read`, {
    remedy: 'import again; if that does not help, try another mirror',
    cause,
  });

/** @throws ResoleError `invalid-input` for an address that is not a tree's */
export function checkTreeUrl(url: string): void {
  if (/\.(iso|img)$/i.test(new URL(url).pathname)) {
    throw new ResoleError('invalid-input', `${url} is a file, not an unpacked tree`, {
      remedy: `fetch it first (curl -LOC - ${url}), then import the file`,
    });
  }
}

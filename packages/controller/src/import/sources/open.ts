/** From what an operator types to a source. */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ResoleError } from '@resole/protocol';
import { folderSource } from './folder.ts';
import { checkTreeUrl, httpSource } from './http.ts';
import { isoSource } from './iso.ts';
import { rsyncSource } from './rsync.ts';
import type { Source } from './source.ts';

/** @param from a folder, an ISO file, or an rsync, http or https address */
export async function openSource(from: string, cwd: string, signal?: AbortSignal): Promise<Source> {
  if (/^https?:\/\//i.test(from)) {
    if (!URL.canParse(from)) throw notAnAddress(from);
    checkTreeUrl(from);
    return httpSource(from, signal);
  }
  if (/^rsync:\/\//i.test(from)) return await rsyncSource(from, signal);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(from)) throw notAnAddress(from);
  const path = resolve(cwd, from);
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw new ResoleError('file-unreadable', `${path} cannot be read: ${cause.code}`, {
      remedy: 'name a folder or an ISO file on this host, the controller’s',
      cause,
    });
  });
  return found.isDirectory() ? folderSource(path) : await isoSource(path, signal);
}

const notAnAddress = (from: string) =>
  new ResoleError('invalid-input', `nothing can be imported from ${from}`, {
    remedy: 'give a folder, an ISO file, or an address: rsync://… , http://… , https://…',
  });

/** A tree at `rsync://host/module/path`: listed, read and copied by rsync itself. */
import { mkdir, mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ResoleError } from '@resole/protocol';
import { requireTools } from '../../build/tools.ts';
import type { Received } from '../receive.ts';
import { output } from './program.ts';
import type { CopyControl, Source } from './source.ts';

/** Seconds without a byte after which rsync gives up. */
const timeout = '--timeout=60';
const attempts = 3;
const largestFile = 64 * 1024 * 1024;
/** rsync(1), EXIT VALUES: a connection that broke, which the next attempt goes on from. */
const broken = /code (5|10|12|30|35)\b/;
/** One name of `--list-only`: mode, size with commas, date, time, name. */
const listed = /^([-dl])\S+\s+([\d,.]+)\s+\S+\s+\S+ (.*)$/;

export async function rsyncSource(url: string, signal?: AbortSignal): Promise<Source> {
  await requireTools([{ command: 'rsync', package: 'rsync' }]);
  const base = url.replace(/\/+$/, '');
  const cache = await mkdtemp(join(tmpdir(), 'resole-import-'));
  const folders = new Map<
    string,
    Promise<{ name: string; type: string; size: number }[] | undefined>
  >();
  const namesOf = (folder: string) => {
    const known = folders.get(folder) ?? listing(`${base}/${folder}`, signal);
    folders.set(folder, known);
    return known;
  };
  const fileAt = async (path: string) => {
    const at = path.lastIndexOf('/');
    const names = await namesOf(at === -1 ? '' : path.slice(0, at));
    return names?.find(({ name }) => name === path.slice(at + 1));
  };
  // The first word with the server: an address that leads nowhere is told now.
  try {
    await listing(`${base}/`, signal, true);
  } catch (error) {
    await rm(cache, { recursive: true, force: true });
    throw error;
  }
  return {
    name: base,
    list: async (folder) => (await namesOf(folder))?.map(({ name }) => name),
    size: async (path) => {
      const file = await fileAt(path);
      return file === undefined || file.type === 'd' ? undefined : file.size;
    },
    read: async (path, range = { offset: 0, length: largestFile }) => {
      const file = await fileAt(path);
      if (file === undefined || file.type === 'd') return undefined;
      const place = join(cache, 'file');
      await output('rsync', ['-L', timeout, '--', `${base}/${path}`, place], { signal });
      const { size } = await stat(place);
      const handle = await open(place);
      try {
        const length = Math.max(0, Math.min(range.length, size - range.offset));
        const { buffer } = await handle.read(Buffer.alloc(length), 0, length, range.offset);
        return buffer;
      } finally {
        await handle.close();
        await rm(place);
      }
    },
    copy: async (target, _paths, control) => await mirror(base, target, control),
    close: () => rm(cache, { recursive: true, force: true }),
  };
}

/** @param strict an address that can't be listed is an error, not an empty folder. */
async function listing(url: string, signal?: AbortSignal, strict = false) {
  const address = url.endsWith('/') ? url : `${url}/`;
  try {
    const text = await output('rsync', ['--list-only', '--no-motd', timeout, '--', address], {
      signal,
    });
    return text.split('\n').flatMap((line) => {
      const [, type = '', size = '', rest = ''] = line.match(listed) ?? [];
      const name = type === 'l' ? (rest.split(' -> ')[0] ?? rest) : rest;
      if (name === '' || name === '.') return [];
      // What is behind a link has a size of its own, which only rsync -L would tell.
      return [{ name, type, size: type === 'l' ? -1 : Number(size.replaceAll(/[,.]/g, '')) }];
    });
  } catch (cause) {
    signal?.throwIfAborted();
    const said = cause instanceof Error ? cause.message : String(cause);
    if (!strict && /No such file|change_dir|code 23/.test(said)) return undefined;
    throw new ResoleError('unreachable', `${address} cannot be listed: ${said}`, {
      remedy: `check the address by hand: rsync --list-only ${address}`,
      cause,
    });
  }
}

/** rsync keeps what is there with the same size and time, and goes on with a file it had begun. */
async function mirror(
  base: string,
  target: string,
  { progress, signal }: CopyControl,
): Promise<Received> {
  await mkdir(target, { recursive: true });
  const args = [
    ...['-rltH', '--safe-links', '--chmod=D755,F644', '--partial-dir=.rsync-partial', timeout],
    ...['--no-motd', '--info=progress2,stats2', '--no-inc-recursive', '--no-human-readable'],
    ...['--', `${base}/`, `${target}/`],
  ];
  const onText = (text: string) => {
    const percent = text.match(/\s(\d{1,3})%/)?.[1];
    if (percent !== undefined) progress?.('copy', Number(percent) / 100);
  };
  for (let attempt = 1; ; attempt += 1) {
    try {
      const said = await output('rsync', args, { signal, onText });
      const figure = (name: string) =>
        Number(said.match(new RegExp(`^${name}: ([\\d,]+)`, 'm'))?.[1]?.replaceAll(',', '') ?? 0);
      const files = figure('Number of regular files transferred');
      const all = Number(
        said.match(/^Number of files: .*?reg: ([\d,]+)/m)?.[1]?.replaceAll(',', ''),
      );
      return {
        files,
        bytes: figure('Total transferred file size'),
        kept: Number.isNaN(all) ? 0 : all - files,
        leftOut: [],
      };
    } catch (cause) {
      signal?.throwIfAborted();
      const said = cause instanceof Error ? cause.message : String(cause);
      if (attempt < attempts && broken.test(said)) continue;
      throw new ResoleError('download-failed', `${base} cannot be copied: ${said}`, {
        remedy: 'import again: what is copied is kept',
        cause,
      });
    }
  }
}

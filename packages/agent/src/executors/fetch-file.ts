/** Step fetch-file: the installer's kernel or initrd, checked, where the next steps look for it. */
import { mkdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { download } from '../download/download.ts';
import { makeFolder, syncFolder } from '../files/durable.ts';
import type { Executor } from '../ports.ts';
import { BootFolderNote, bootFolderOf, bootOf, readNote, writeNote } from './places.ts';

const MB = 1_000_000;

export const fetchFile: Executor<'fetch-file'> = {
  async execute({ name, url, size, sha256, destination }, context) {
    let folder = context.folders.staging;
    if (destination === 'staging') {
      await makeFolder(folder);
    } else {
      const boot = bootOf(await context.facts());
      folder = bootFolderOf(boot);
      await writeNote(context, 'fetch-file', { folder });
      await mkdir(folder, { recursive: true });
      await syncFolder(boot.directory);
    }
    const { clock, signal, log } = context;
    const began = clock.now().getTime();
    let first: number | undefined;
    await download(
      { url, path: join(folder, name), size, sha256 },
      {
        clock,
        signal,
        log: (message) => log('warn', message),
        ...(context.caPem === undefined ? {} : { caPem: context.caPem }),
        progress(bytes) {
          first ??= bytes;
          const seconds = (clock.now().getTime() - began) / 1000;
          const rate = seconds > 0 ? (bytes - first) / seconds / MB : 0;
          context.progress({
            phase: `fetch ${name}`,
            percent: Math.min(100, Math.floor((bytes / size) * 100)),
            message: `${mb(bytes)} of ${mb(size)} MB, ${rate.toFixed(1)} MB/s`,
          });
        },
      },
    );
    const seconds = (clock.now().getTime() - began) / 1000;
    return `${name}, ${mb(size)} MB in ${seconds.toFixed(1)} s`;
  },

  /** The staging folder is deleted by whoever undoes the job; the boot folder is this step's. */
  async undo(context) {
    const note = BootFolderNote.safeParse(await readNote(context, 'fetch-file'));
    if (!note.success) return;
    const { folder } = note.data;
    for (const name of ['kernel', 'initrd']) {
      await rm(join(folder, name), { force: true });
      await rm(join(folder, `${name}.part`), { force: true });
    }
    await rmdir(folder).catch(() => undefined);
    await syncFolder(join(folder, '..')).catch(() => undefined);
  },
};

const mb = (bytes: number): string => (bytes / MB).toFixed(1);

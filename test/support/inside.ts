/** Programs that want a machine to themselves, run in namespaces that end with their first process. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

/** A first process that only waits: its children are no orphans, and it buries the dead. */
const namespaces = [
  ...['--net', '--mount', '--propagation', 'private'],
  ...['--pid', '--mount-proc', '--fork', '--kill-child'],
  ...['sh', '-c', '"$@"; exit "$?"', 'sh'],
];

/** Runs a source file with a folder of its own as argument. @returns the JSON that it prints */
export const runInside = async (file: string): Promise<unknown> => {
  const folder = await mkdtemp(join(tmpdir(), 'resole-inside-'));
  try {
    // Others read in it: libvirt's TFTP server, users who log in.
    await chmod(folder, 0o755);
    const { stdout } = await execa('unshare', [...namespaces, process.execPath, file, folder]);
    return JSON.parse(stdout);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

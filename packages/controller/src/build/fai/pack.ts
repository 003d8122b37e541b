import type { ToolOptions } from '../tools.ts';
import { runTool } from '../tools.ts';

/** Packs a root file system into a .tar.zst with everything that FAI's unpacking restores. */
export const packFolder = (folder: string, archive: string, options: ToolOptions) => {
  const args = ['--create', '--numeric-owner', '--one-file-system', '--xattrs', '--acls'];
  args.push('--use-compress-program=zstd -6 -T0', '--directory', folder, '--file', archive, '.');
  return runTool('tar', args, options);
};

import { runTool } from './tools.ts';

/** All that GRUB needs to reach /boot/grub/grub.cfg and run what update-grub writes there. */
const modules =
  'part_gpt part_msdos ext2 fat search search_label search_fs_uuid normal configfile linux echo ' +
  'test loadenv serial terminal all_video gzio minicmd reboot halt boot';

/** Links a GRUB out of the host's modules. @param early file with its first commands */
export async function grubImage(
  format: 'i386-pc' | 'x86_64-efi',
  output: string,
  early: string,
  signal?: AbortSignal,
): Promise<void> {
  const args = ['-d', `/usr/lib/grub/${format}`, '-O', format, '-o', output];
  const all = [...(format === 'i386-pc' ? ['biosdisk'] : []), ...modules.split(' ')];
  await runTool('grub-mkimage', [...args, '-p', '/boot/grub', '-c', early, ...all], { signal });
}

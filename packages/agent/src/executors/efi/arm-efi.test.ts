import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Machine, machine } from '../../testing/machine.ts';
import { armEfi } from './arm-efi.ts';

/** The firmware's variables, as efibootmgr shows and changes them. */
function firmware() {
  const state = { bootNext: '', entries: new Map([['0000', 'debian']]) };
  const program = (args: readonly string[]) => {
    const after = (flag: string) => args[args.indexOf(flag) + 1] ?? '';
    if (args.includes('--create-only')) state.entries.set('0003', after('--label'));
    if (args.includes('--bootnext')) state.bootNext = after('--bootnext');
    if (args.includes('--delete-bootnext')) state.bootNext = '';
    if (args.includes('--delete-bootnum')) state.entries.delete(after('--bootnum'));
    const next = state.bootNext === '' ? '' : `BootNext: ${state.bootNext}\n`;
    return next + [...state.entries].map(([number, label]) => `Boot${number}* ${label}\n`).join('');
  };
  return { state, program };
}

test('the firmware starts the kernel once; undone without a trace', async () => {
  const { state, program } = firmware();
  const made: Machine = await machine({ programs: { efibootmgr: program } });
  const staging = 'var/lib/resole/staging/job_aaaaaaaaaaaaaaaaaaaa';
  await made.write(`${staging}/kernel`, 'K');
  await made.write(`${staging}/initrd`, 'I');
  await made.write('boot/efi/EFI/debian/grub.efi', 'G');
  await made.write('sys/devices/pci0/block/vda/vda2/partition', '2\n');
  await mkdir(join(made.root, 'sys/dev/block'), { recursive: true });
  await symlink('../../devices/pci0/block/vda/vda2', join(made.root, 'sys/dev/block/254:2'));
  const line = '30 1 254:2 / /boot/efi rw,relatime shared:5 - vfat /dev/vda2 rw\n';
  await made.write('proc/self/mountinfo', line);
  const before = await made.tree('/boot');

  await armEfi.execute({ commandLine: 'quiet' }, made.context);
  expect(state.bootNext).toBe('0003');
  expect(await made.tree('/boot/efi/EFI/resole')).toEqual({
    '/boot/efi/EFI/resole/kernel': 'K',
    '/boot/efi/EFI/resole/initrd': 'I',
  });
  expect(made.ran[1]).toBe(
    'efibootmgr --create-only --disk /dev/vda --part 2 --label Resole job_aaaaaaaaaaaaaaaaaaaa ' +
      '--loader \\EFI\\resole\\kernel --unicode quiet initrd=\\EFI\\resole\\initrd',
  );
  await armEfi.undo(made.context);
  expect(state).toEqual({ bootNext: '', entries: new Map([['0000', 'debian']]) });
  expect(await made.tree('/boot')).toEqual(before);
});

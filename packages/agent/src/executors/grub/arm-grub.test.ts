import { chmod, chown, open, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { grub } from '../../testing/facts.ts';
import { failing, type Machine, machine } from '../../testing/machine.ts';
import { armGrub } from './arm-grub.ts';

const emptyEnvironment = '# GRUB Environment Block\nsaved_entry=0\n'.padEnd(1024, '#');
const args = { commandLine: 'quiet resole.answer=http://c/p/x' };

/** Debian: everything on one file system. */
async function debian(environment: string | undefined = emptyEnvironment): Promise<Machine> {
  const made: Machine = await machine({
    facts: (root) => ({
      bootLoader: grub({
        directory: join(root, 'boot/grub'),
        environmentFile: join(root, 'boot/grub/grubenv'),
        boot: { ...grub().boot, directory: join(root, 'boot'), mountPoint: root },
      }),
    }),
    programs: {
      'grub-script-check': () => '',
      'grub-reboot': ([id]) => setNext(join(made.root, 'boot/grub/grubenv'), id ?? ''),
    },
  });
  await made.write('boot/grub/grub.cfg', 'if [ "$next_entry" ] ; then …');
  if (environment !== '') await made.write('boot/grub/grubenv', environment);
  await stage(made, 'boot/resole');
  return made;
}

/** Red Hat under UEFI: BLS entries, grubenv behind a link on the ESP, /boot a file system of its own. */
async function redhat(): Promise<Machine> {
  const made: Machine = await machine({
    facts: (root) => ({
      bootLoader: grub({
        directory: join(root, 'boot/grub2'),
        rebootCommand: 'grub2-reboot',
        environmentFile: join(root, 'boot/grub2/grubenv'),
        sourcesCustom: false,
        bls: true,
        boot: { ...grub().boot, directory: join(root, 'boot'), mountPoint: join(root, 'boot') },
      }),
    }),
    programs: { 'grub2-reboot': ([id]) => setNext(join(made.root, 'boot/efi/grubenv'), id ?? '') },
  });
  await made.write('boot/grub2/grub.cfg', 'set default="$next_entry"\nblscfg\n');
  await made.write('boot/efi/grubenv', emptyEnvironment);
  await made.write('boot/loader/entries/fedora.conf', 'title Fedora\n');
  await symlink('../efi/grubenv', join(made.root, 'boot/grub2/grubenv'));
  await stage(made, 'boot/resole');
  return made;
}

/** Kernel and initrd, as fetch-file leaves them. */
async function stage(made: Machine, folder: string) {
  await made.write(`${folder}/kernel`, 'K');
  await made.write(`${folder}/initrd`, 'I');
  const note = JSON.stringify({ folder: join(made.root, folder) });
  await made.write(`${made.context.folders.undo.slice(made.root.length)}/fetch-file.json`, note);
}

/** What grub-reboot does: rewrites the block in place. */
async function setNext(path: string, id: string) {
  const text = await readFile(path, 'utf8').catch(() => '# GRUB Environment Block\n');
  await writeFile(path, `${text.replace(/#+$/, '')}next_entry=${id}\n`.padEnd(1024, '#'));
  return '';
}

test('Debian: armed in custom.cfg and grubenv, undone byte for byte', async () => {
  const made = await debian();
  await made.write('boot/grub/custom.cfg', '# of the admin');
  await chmod(join(made.root, 'boot/grub/custom.cfg'), 0o644);
  const before = await made.tree('/boot');

  await armGrub.execute(args, made.context);
  const armed = await made.tree('/boot');
  expect(armed['/boot/grub/custom.cfg']).toMatchInlineSnapshot(`
    "# of the admin
    # BEGIN resole job_aaaaaaaaaaaaaaaaaaaa: goes away by itself when the job ends
    menuentry 'Resole job job_aaaaaaaaaaaaaaaaaaaa' --unrestricted --id resole-job_aaaaaaaaaaaaaaaaaaaa {
      insmod part_gpt
      insmod part_msdos
      insmod ext2
      search --no-floppy --fs-uuid --set=root 5f1e9c3a-0b1d-4c6e-9a55-6f6ad2f0a001
      linux /boot/resole/kernel quiet resole.answer=http://c/p/x
      if initrd /boot/resole/initrd; then
        boot
      fi
      echo 'The installer could not be started: back to the old OS.'
      sleep 5
      reboot
    }
    # END resole job_aaaaaaaaaaaaaaaaaaaa
    "
  `);
  expect(armed['/boot/grub/grubenv']).toContain('next_entry=resole-job_aaaaaaaaaaaaaaaaaaaa\n');
  expect((await stat(join(made.root, 'boot/grub/custom.cfg'))).mode & 0o777).toBe(0o600);
  expect(made.ran).toEqual(['grub-script-check', 'grub-reboot resole-job_aaaaaaaaaaaaaaaaaaaa']);

  await armGrub.undo(made.context);
  await armGrub.undo(made.context);
  expect(await made.tree('/boot')).toEqual(before);
  expect((await stat(join(made.root, 'boot/grub/custom.cfg'))).mode & 0o777).toBe(0o644);
});

test('what was absent is absent again', async () => {
  const made = await debian('');
  const before = await made.tree('/boot');
  await armGrub.execute(args, made.context);
  // Interrupted and begun again: the originals are still the originals.
  await armGrub.execute(args, made.context);
  await armGrub.undo(made.context);
  expect(await made.tree('/boot')).toEqual(before);
});

test('after GRUB has cleared the one-time entry, the old bytes come back', async () => {
  const made = await debian();
  const before = await made.tree('/boot');
  await armGrub.execute(args, made.context);
  const cleared = '# GRUB Environment Block\nsaved_entry=0\nnext_entry=\n'.padEnd(1024, '#');
  await made.write('boot/grub/grubenv', cleared);
  await armGrub.undo(made.context);
  expect(await made.tree('/boot')).toEqual(before);
});

test('what others have changed meanwhile stays', async () => {
  const made = await debian();
  await armGrub.execute(args, made.context);
  const environment = join(made.root, 'boot/grub/grubenv');
  const text = await readFile(environment, 'utf8');
  await writeFile(environment, text.replace('saved_entry=0', 'saved_entry=7'));
  const custom = join(made.root, 'boot/grub/custom.cfg');
  await writeFile(custom, `${await readFile(custom, 'utf8')}# later\n`);
  await armGrub.undo(made.context);
  const after = await made.tree('/boot/grub');
  expect(after['/boot/grub/custom.cfg']).toBe('# later\n');
  expect(after['/boot/grub/grubenv']).toBe(
    '# GRUB Environment Block\nsaved_entry=7\n'.padEnd(1024, '#'),
  );
});

test('Red Hat: a BLS entry, and grubenv behind its link', async () => {
  const made = await redhat();
  const before = await made.tree('/boot');
  await armGrub.execute({ commandLine: 'quiet ip=dhcp' }, made.context);
  const armed = await made.tree('/boot');
  expect(armed['/boot/loader/entries/resole-job_aaaaaaaaaaaaaaaaaaaa.conf']).toMatchInlineSnapshot(`
    "title Resole job job_aaaaaaaaaaaaaaaaaaaa
    linux /resole/kernel
    initrd /resole/initrd
    options quiet ip=dhcp
    version 0
    grub_users $grub_users
    grub_arg --unrestricted
    "
  `);
  expect(armed['/boot/efi/grubenv']).toContain('next_entry=resole-');
  await armGrub.undo(made.context);
  expect(await made.tree('/boot')).toEqual(before);
});

test('refused with nothing changed', async () => {
  const made = await debian();
  await made.write('boot/grub/grub.cfg', 'menuentry …');
  const before = await made.tree();
  await expect(armGrub.execute(args, made.context)).rejects.toMatchObject({
    code: 'bootloader-config-unusable',
  });
  expect(await made.tree()).toEqual(before);
});

test('a custom.cfg that would not parse is not written', async () => {
  const made = await debian();
  const run = made.context.run;
  const context = {
    ...made.context,
    run: (async (command, ...rest) =>
      command === 'grub-script-check'
        ? failing('syntax error')()
        : run(command, ...rest)) as typeof run,
  };
  const before = await made.tree();
  await expect(armGrub.execute(args, context)).rejects.toThrow('would not parse');
  expect(await made.tree()).toEqual(before);
});

test('a grub-reboot that wrote another environment is noticed', async () => {
  const made = await debian();
  const run = made.context.run;
  const context = {
    ...made.context,
    run: (async (command, ...rest) =>
      command === 'grub-reboot' ? '' : run(command, ...rest)) as typeof run,
  };
  await expect(armGrub.execute(args, context)).rejects.toThrow('did not set the one-time entry');
});

test('custom.cfg is replaced as a whole, and keeps its owner and mode', async () => {
  const made = await debian();
  const path = join(made.root, 'boot/grub/custom.cfg');
  await made.write('boot/grub/custom.cfg', 'set a=1\n');
  await chmod(path, 0o640);
  if (process.getuid?.() === 0) await chown(path, 1, 2);
  const before = await stat(path);
  const reader = await open(path, 'r');
  await armGrub.execute(args, made.context);
  // Somebody who has it open, as a power cut would, still has the old file, whole.
  expect(await reader.readFile('utf8')).toBe('set a=1\n');
  await reader.close();
  // As an interrupted replacement leaves it.
  await made.write('boot/grub/custom.cfg.new', 'set a');
  await armGrub.undo(made.context);
  const { uid, gid, mode } = await stat(path);
  expect({ uid, gid, mode }).toEqual({ uid: before.uid, gid: before.gid, mode: before.mode });
  expect(await readFile(path, 'utf8')).toBe('set a=1\n');
  expect((await readdir(join(made.root, 'boot/grub'))).sort()).toEqual([
    'custom.cfg',
    'grub.cfg',
    'grubenv',
  ]);
});

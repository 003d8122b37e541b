import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Arch } from '@resole/protocol';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { answerVariables } from './answer-file.fixture.ts';
import { readShipped } from './library.ts';
import { render } from './render.ts';

/** The in-RAM installer's own function, on a new system that is a folder. */
const templates = await readShipped(join(import.meta.dirname, '../../templates'));
const scriptFor = (arch: Arch) =>
  render('image/bootloader.sh', templates, {
    ...answerVariables,
    distro: { ...answerVariables.distro, arch },
  });

/** @param files at the removable path @param secureBoot the firmware's variable */
const nameLoader = async (
  files: readonly string[],
  secureBoot: 0 | 1,
  arch: Arch = 'x86_64',
  functionName = 'name_efi_loader',
) => {
  const folder = await mkdtemp(join(tmpdir(), 'resole-loader-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const esp = join(folder, 'target/boot/efi/EFI');
  await mkdir(join(esp, 'BOOT'), { recursive: true });
  await mkdir(join(folder, 'target/etc'));
  await mkdir(join(folder, 'efivars'));
  await writeFile(join(folder, 'target/etc/os-release'), 'ID=debian\n');
  await writeFile(join(folder, 'efivars/SecureBoot-guid'), Buffer.from([6, 0, 0, 0, secureBoot]));
  for (const file of files) await writeFile(join(esp, 'BOOT', file), file);
  const { exitCode, stderr } = await execa('bash', ['-s', folder], {
    input: `set -eu -o pipefail
die() { echo "$*" >&2; exit 1; }
partition() { echo "/dev/vda$1"; }
uuid_of() { echo "uuid-of-$1"; }
root_partition=3
${scriptFor(arch).replaceAll('/sys/firmware/efi/efivars', join(folder, 'efivars'))}
target=$1/target disk=vda stale_entries=
chroot() { shift; echo "$*" >&2; }
mkdir -p "$target/usr/sbin" "$target"/usr/lib/grub/{i386-pc,x86_64-efi,arm64-efi}
printf '' >"$target/usr/sbin/grub-install"
cp "$target/usr/sbin/grub-install" "$target/usr/sbin/update-grub"
chmod 755 "$target"/usr/sbin/*
${functionName}
`,
    reject: false,
  });
  const named = await readdir(join(esp, 'debian'));
  return {
    exitCode,
    stderr,
    named: named.sort(),
    read: (path: string) => readFile(join(esp, path)),
  };
};

test('shim keeps its company: the signed GRUB beside it, and where that finds its root', async () => {
  const made = await nameLoader(['BOOTX64.EFI', 'grubx64.efi', 'mmx64.efi'], 1);
  expect(made.named).toEqual(['grub.cfg', 'grubx64.efi', 'mmx64.efi', 'shimx64.efi']);
  expect(String(await made.read('debian/shimx64.efi'))).toBe('BOOTX64.EFI');
  const config = String(await made.read('debian/grub.cfg'));
  expect(config).toContain('--set=root uuid-of-/dev/vda3\nset prefix=($root)/boot/grub\n');
  expect(String(await made.read('BOOT/grub.cfg'))).toBe(config);
});

test('an unsigned GRUB is enough without Secure Boot, and an error with it', async () => {
  const made = await nameLoader(['BOOTX64.EFI'], 0);
  expect([made.exitCode, made.named]).toEqual([0, ['grubx64.efi']]);
  const refused = await nameLoader(['BOOTX64.EFI'], 1);
  expect([refused.exitCode, refused.stderr]).toEqual([
    1,
    expect.stringContaining('no signed bootloader'),
  ]);
});

test('GRUB is that of the architecture, and its loader is called as UEFI calls it there', async () => {
  const x86 = await nameLoader(['BOOTX64.EFI'], 0, 'x86_64', 'install_bootloader');
  expect(x86.stderr.split('\n').map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
    'grub-install --target=i386-pc',
    'grub-install --target=x86_64-efi',
    'env GRUB_DISABLE_OS_PROBER=true',
  ]);
  const arm = await nameLoader(['BOOTAA64.EFI'], 0, 'aarch64', 'install_bootloader');
  expect(arm.stderr.split('\n').map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
    'grub-install --target=arm64-efi',
    'env GRUB_DISABLE_OS_PROBER=true',
  ]);
  expect([x86.named, arm.named]).toEqual([['grubx64.efi'], ['grubaa64.efi']]);
  const shim = await nameLoader(['BOOTAA64.EFI', 'grubaa64.efi', 'mmaa64.efi'], 1, 'aarch64');
  expect(shim.named).toEqual(['grub.cfg', 'grubaa64.efi', 'mmaa64.efi', 'shimaa64.efi']);
});

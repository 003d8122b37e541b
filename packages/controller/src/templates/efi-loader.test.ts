import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { answerVariables } from './answer-file.fixture.ts';
import { readShipped } from './library.ts';
import { render } from './render.ts';

/** The in-RAM installer's own function, on a new system that is a folder. */
const templates = await readShipped(join(import.meta.dirname, '../../templates'));
const script = render('image/bootloader.sh', templates, answerVariables);

/** @param files at the removable path @param secureBoot the firmware's variable */
const nameLoader = async (files: readonly string[], secureBoot: 0 | 1) => {
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
${script.replaceAll('/sys/firmware/efi/efivars', join(folder, 'efivars'))}
target=$1/target
name_efi_loader
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

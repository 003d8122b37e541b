import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { answerVariables } from './answer-file.fixture.ts';
import { readShipped } from './library.ts';
import { render } from './render.ts';

/** The in-RAM installer's own function, on a machine whose disk has two partitions. */
const templates = await readShipped(join(import.meta.dirname, '../../templates'));
const script = render('image/bootloader.sh', templates, answerVariables);

const programs = {
  lsblk: 'echo /dev/vda; echo /dev/vda1; echo /dev/vda2',
  // A whole disk is no partition: blkid(8) finds nothing and says so by 2.
  blkid: 'case $* in */vda1) echo AAAA-1 ;; */vda2) echo aaaa-2 ;; *) exit 2 ;; esac',
};

const staleEntries = async (efibootmgr: string) => {
  const folder = await mkdtemp(join(tmpdir(), 'resole-entries-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'efivars'));
  for (const [name, text] of Object.entries({ ...programs, efibootmgr })) {
    await writeFile(join(folder, name), `#!/bin/sh\n${text}\n`);
    await chmod(join(folder, name), 0o755);
  }
  const { stdout } = await execa('bash', ['-s'], {
    input: `set -eu -o pipefail
${script.replaceAll('/sys/firmware/efi/efivars', join(folder, 'efivars'))}
disk=vda
remember_boot_entries
echo "found:" $stale_entries
`,
    env: { PATH: `${folder}:${process.env.PATH}` },
  });
  return stdout;
};

test('the entries that lead to the partitions of the disk are found', async () => {
  const listing = `cat <<'EOF'
BootCurrent: 0001
Boot0000* UiApp\tFvVol(7cb8bdc9)/FvFile(462caa21)
Boot0001* old\tHD(1,GPT,aaaa-1,0x800,0x20000)/File(\\EFI\\old.efi)
Boot000A* other\tHD(1,GPT,bbbb-1,0x800,0x20000)/File(\\EFI\\other.efi)
Boot000B* old2\tHD(2,GPT,aaaa-2,0x800,0x20000)/File(\\EFI\\old2.efi)
EOF`;
  expect(await staleEntries(listing)).toBe('found: 0001 000B');
});

test('a firmware without an entry for the disk, or without entries, stops nothing', async () => {
  expect(await staleEntries('echo "Boot0001* UEFI Misc Device\tPciRoot(0x0)"')).toBe('found:');
  expect(await staleEntries('echo "EFI variables are not supported" >&2; exit 2')).toBe('found:');
});

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeDisk } from './disk.ts';
import { runTool } from './tools.ts';

let folder: string;
let disk: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'resole-disk-'));
  disk = join(folder, 'disk.raw');
  const root = join(folder, 'root');
  await mkdir(join(root, 'boot/grub'), { recursive: true });
  await writeFile(join(root, 'boot/grub/grub.cfg'), 'echo hello\n');
  await makeDisk({ root, output: disk, sizeMiB: 128, label: 'newroot' });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test('the partition table', async () => {
  const table = JSON.parse(await runTool('sfdisk', ['--json', disk]));
  const partitions = table.partitiontable.partitions.map(
    ({ start, size, type }: { start: number; size: number; type: string }) => [start, size, type],
  );
  expect([table.partitiontable.label, ...partitions]).toEqual([
    'gpt',
    [2048, 2048, '21686148-6449-6E6F-744E-656564454649'],
    [4096, 131072, 'C12A7328-F81F-11D2-BA4B-00C04FC93EC9'],
    [135168, 124928, '0FC63DAF-8483-4772-8E79-3D69D8477DE4'],
  ]);
});

test('the root file system is whole and has the files', async () => {
  const root = `${disk}?offset=${66 * 1024 * 1024}`;
  await runTool('e2fsck', ['-f', '-n', root]);
  expect(await runTool('dumpe2fs', ['-h', root])).toMatch(/volume name: +newroot/);
  expect(await runTool('debugfs', ['-R', 'cat /boot/grub/grub.cfg', root])).toBe('echo hello');
});

test('the EFI system partition has GRUB at the removable path', async () => {
  const listing = await runTool('mdir', ['-b', '-/', '-i', `${disk}@@${2 * 1024 * 1024}`, '::']);
  expect(listing.split('\n')).toContain('::/EFI/BOOT/BOOTX64.EFI');
});

test('signed loaders that the root has are taken: shim, and GRUB where shim looks for it', async () => {
  const root = join(folder, 'signed');
  for (const [path, text] of Object.entries({
    'usr/lib/shim/shimx64.efi.signed': 'shim',
    'usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed': 'grub',
  })) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  const output = join(folder, 'signed.raw');
  await makeDisk({ root, output, sizeMiB: 128, label: 'newroot' });
  const read = (path: string) =>
    runTool('mtype', ['-i', `${output}@@${2 * 1024 * 1024}`, `::/EFI/${path}`]);
  expect(await read('BOOT/BOOTX64.EFI')).toBe('shim');
  expect(await read('BOOT/grubx64.efi')).toBe('grub');
  expect(await read('debian/grub.cfg')).toContain('search --no-floppy --label newroot');
});

test('the boot sector leads to the BIOS boot partition and keeps the table', async () => {
  const bytes = await readFile(disk);
  expect(bytes.readBigUInt64LE(0x5c)).toBe(2048n);
  expect(bytes.subarray(0x1fe, 0x200).toString('hex')).toBe('55aa');
  expect(bytes[0x1c2]).toBe(0xee); // the protective entry of GPT
  const core = bytes.subarray(2048 * 512);
  expect(core.readBigUInt64LE(0x1f4)).toBe(2049n);
  expect(core.readUInt16LE(0x1fc)).toBeGreaterThan(50);
});

test('a label that is not one is refused', async () => {
  const options = { root: folder, output: join(folder, 'x'), sizeMiB: 128, label: 'a b' };
  await expect(makeDisk(options)).rejects.toMatchObject({ code: 'invalid-input' });
});

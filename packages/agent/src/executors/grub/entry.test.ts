import { expect, test } from 'vitest';
import { run } from '../../exec.ts';
import {
  type GrubEntry,
  grubBlock,
  grubWord,
  linuxCommand,
  withBlock,
  withoutBlock,
} from './entry.ts';

const entry: GrubEntry = {
  job: 'job_aaaaaaaaaaaaaaaaaaaa',
  filesystemUuid: '5f1e9c3a-0b1d-4c6e-9a55-6f6ad2f0a001',
  filesystem: 'ext4',
  kernel: '/boot/resole/kernel',
  initrd: '/boot/resole/initrd',
  commandLine:
    'resole.answer=http://10.0.2.2:80/p/x?a=1&b=2 ip=[fd00::2]::[fd00::1]:64:web1:boot0:none v="a b" $x;{}',
  linux: 'linux',
};

const block = `# BEGIN resole job_aaaaaaaaaaaaaaaaaaaa: goes away by itself when the job ends
menuentry 'Resole job job_aaaaaaaaaaaaaaaaaaaa' --unrestricted --id resole-job_aaaaaaaaaaaaaaaaaaaa {
  insmod part_gpt
  insmod part_msdos
  insmod ext2
  search --no-floppy --fs-uuid --set=root 5f1e9c3a-0b1d-4c6e-9a55-6f6ad2f0a001
  linux /boot/resole/kernel 'resole.answer=http://10.0.2.2:80/p/x?a=1&b=2' 'ip=[fd00::2]::[fd00::1]:64:web1:boot0:none' 'v=a b' '$x;{}'
  if initrd /boot/resole/initrd; then
    boot
  fi
  echo 'The installer could not be started: back to the old OS.'
  sleep 5
  reboot
}
# END resole job_aaaaaaaaaaaaaaaaaaaa
`;

test('the entry, whole', () => {
  expect(grubBlock(entry)).toBe(block);
});

test("GRUB's own parser takes it", async ({ skip }) => {
  const check = run('grub-script-check', [], { input: grubBlock(entry) });
  await check.catch((error) => (error.code === 'program-missing' ? skip() : Promise.reject(error)));
});

test('words that GRUB would change on the way are refused', () => {
  expect(() => grubBlock({ ...entry, commandLine: "it's" })).toThrow("can't hand on");
  expect(() => grubBlock({ ...entry, commandLine: 'a\\b' })).toThrow("can't hand on");
});

test('quoting', () => {
  expect(['plain=1', 'a b', "o'clock", '#x', '*', ''].map(grubWord)).toEqual([
    'plain=1',
    "'a b'",
    "'o'\\''clock'",
    "'#x'",
    "'*'",
    "''",
  ]);
});

test('the block comes and goes without a trace', () => {
  for (const before of ['', '# mine\n', 'menuentry x {\n}\n']) {
    expect(withoutBlock(withBlock(before, block), entry.job)).toBe(before);
  }
  expect(withoutBlock(`${withBlock('# mine', block)}# later\n`, entry.job)).toBe(
    '# mine\n# later\n',
  );
  expect(withoutBlock('# nothing of ours', entry.job)).toBe('# nothing of ours');
});

test('the command that starts kernels is the one that grub.cfg uses', () => {
  expect(linuxCommand('  linux /vmlinuz\n')).toBe('linux');
  expect(linuxCommand('menuentry x {\n\tlinuxefi /vmlinuz\n}')).toBe('linuxefi');
});

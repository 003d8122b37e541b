import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ResoleError } from '@resole/protocol';
import { Command } from 'commander';
import { expect, onTestFinished, test } from 'vitest';
import { distroFlags } from './fields/distro.ts';
import { repoFlags, templateFlags } from './fields/files.ts';
import { profileFlags, systemFlags } from './fields/machines.ts';
import { addFieldFlags, type FieldFlags, type Fields, withFlags } from './flags.ts';
import { contextOf } from './testing.ts';

const parsed = async (flags: FieldFlags, words: string[], base: Fields = {}, input = '') => {
  const command = new Command().exitOverride();
  addFieldFlags(command, flags);
  command.parse(words, { from: 'user' });
  return await withFlags(base, flags, command.opts(), contextOf({ cwd: '/srv', input }));
};

test('flags become fields', async () => {
  const words = [
    ...['--family', 'image', '--arch', 'x86_64', '--os-version', '12'],
    ...['--kernel', 'linux', '--initrd', '/boot/initrd', '--tree', 'tree/'],
    ...['--image', 'os.tar.zst', '--image-format', 'tar.zst', '--image-unpacked-size', '1000'],
    ...['--kernel-option', 'quiet', '--kernel-option', 'console=ttyS0,115200=x'],
    ...['--var', 'role=web=1', '--var', 'list:=[1, two]', '--var', 'n=1', '--without-var', 'gone'],
    ...[
      '--deadline',
      'installing=3600',
      '--authorized-key',
      'ssh-ed25519 A a',
      '--min-memory',
      '1024',
    ],
  ];
  expect(await parsed(distroFlags, words)).toEqual({
    family: 'image',
    arch: 'x86_64',
    version: '12',
    kernel: { path: '/srv/linux' },
    initrd: { path: '/boot/initrd' },
    tree: '/srv/tree',
    image: { path: '/srv/os.tar.zst', format: 'tar.zst', unpackedSize: 1000 },
    kernelOptions: { quiet: '', console: 'ttyS0,115200=x' },
    vars: { role: 'web=1', list: [1, 'two'], n: '1', gone: null },
    deadlines: { installing: 3600 },
    authorizedKeys: ['ssh-ed25519 A a'],
    minMemoryMiB: 1024,
  });
});

test('maps are merged, lists and the rest are replaced, a new path drops the old checksum', async () => {
  const base = {
    kernel: { path: '/a', size: 1, sha256: 'x' },
    vars: { keep: 1, change: 1 },
    authorizedKeys: ['old'],
    comment: 'stays',
  };
  const words = ['--kernel', '/b', '--var', 'change=2', '--authorized-key', 'new'];
  expect(await parsed(distroFlags, words, base)).toEqual({
    kernel: { path: '/b' },
    vars: { keep: 1, change: '2' },
    authorizedKeys: ['new'],
    comment: 'stays',
  });
  expect(base.vars.change).toBe(1);
});

test('keys come from files too, and a template from standard input', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'resole-flags-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'id.pub');
  await writeFile(file, '# mine\nssh-ed25519 A a\n\nssh-ed25519 B b\n');
  const words = ['--authorized-key', 'ssh-rsa C c', '--authorized-key-file', file];
  expect(await parsed(profileFlags, words)).toEqual({
    authorizedKeys: ['ssh-rsa C c', 'ssh-ed25519 A a', 'ssh-ed25519 B b'],
  });
  expect(await parsed(templateFlags, ['--text-file', '-'], {}, 'text\n')).toEqual({
    text: 'text\n',
  });
});

test('what is wrong is told all at once', async () => {
  const words = [
    '--min-memory',
    '1G',
    '--deadline',
    'staging=x',
    '--var',
    'novalue',
    '--var',
    'y:=[',
  ];
  const error = await parsed(systemFlags, words).catch((thrown: unknown) => thrown);
  expect(
    error instanceof ResoleError &&
      error.details.map(({ field, problem }) => `${field} ${problem}`),
  ).toEqual([
    '--var must be key=value',
    '--var is not YAML after :=',
    '--min-memory must be a whole number',
    '--deadline must be a whole number',
  ]);
});

test('what guests are made of, switches, and lists in an order', async () => {
  const words = [
    ...['--virt-memory', '2048', '--virt-disk', '20', '--virt-disk', 'size=1.5,pool=fast,bus=scsi'],
    ...[
      '--virt-autostart',
      '--no-netboot',
      '--name-server',
      '192.0.2.2',
      '--name-server',
      '192.0.2.1',
    ],
    ...['--kernel-option-post', 'mitigations=off', '--without-kernel-option-post', 'quiet'],
  ];
  const base = { virt: { cpus: 2, disks: [{ sizeGiB: 5 }] }, netboot: true };
  expect(await parsed(profileFlags, words, base)).toEqual({
    virt: {
      cpus: 2,
      memoryMiB: 2048,
      disks: [{ sizeGiB: 20 }, { sizeGiB: 1.5, pool: 'fast', bus: 'scsi' }],
      autostart: true,
    },
    netboot: false,
    nameServers: ['192.0.2.2', '192.0.2.1'],
    kernelOptionsPost: { mitigations: 'off', quiet: null },
  });
});

test('a kernel argument that is said again stands again; an edit replaces all of its values', async () => {
  const consoles = ['--kernel-option', 'console=tty0', '--kernel-option', 'console=ttyS0,115200'];
  const base = { kernelOptions: { console: 'hvc0', quiet: '' } };
  const both = { kernelOptions: { console: ['tty0', 'ttyS0,115200'], quiet: '' } };
  expect(await parsed(profileFlags, consoles, base)).toEqual(both);
  expect(await parsed(profileFlags, ['--kernel-option', 'console=hvc0'], both)).toEqual(base);
});

test('one value that is inherited is taken away, or set again', async () => {
  const taken = { '!proxy': null, '!answerFile': null };
  const words = ['--without-proxy', '--without-answer-file'];
  expect(await parsed(profileFlags, words, { proxy: 'http://p' })).toEqual(taken);
  expect(await parsed(profileFlags, ['--proxy', 'http://q'], taken)).toEqual({
    '!answerFile': null,
    proxy: 'http://q',
  });
});

test('a repository, and a tree that stays where it is', async () => {
  const words = ['--type', 'apt', '--location', 'http://example.org/debian', '--suite', 'trixie'];
  const more = ['--component', 'main', '--component', 'contrib', '--option', 'trusted=yes'];
  expect(await parsed(repoFlags, [...words, ...more, '--no-enabled'])).toEqual({
    type: 'apt',
    url: 'http://example.org/debian',
    suites: ['trixie'],
    components: ['main', 'contrib'],
    options: { trusted: 'yes' },
    enabled: false,
  });
  expect(await parsed(distroFlags, ['--tree', 'https://example.org/9/BaseOS'])).toEqual({
    tree: 'https://example.org/9/BaseOS',
  });
});

/** What the tests of apply begin with. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ResoleError } from '@resole/protocol';
import { onTestFinished } from 'vitest';
import { openInventory } from '../inventory/inventory.ts';
import { sealingPasswords } from '../inventory/power-secrets.ts';
import { memoryStore } from '../store/memory.ts';
import type { Applied } from './apply.ts';

const shipped = { 'image/answer-file.sh': 'echo shipped\n' };
export const newInventory = () =>
  sealingPasswords(
    openInventory(memoryStore(), shipped, () => new Date(0)),
    (text) => `sealed.${text}`,
  );

export const bootFiles = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'resole-apply-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const name of ['linux', 'initrd', 'cloud.qcow2']) await writeFile(join(folder, name), name);
  return folder;
};

/** Everything that a document can say, in an order in which nothing could be added. */
export const whole = (folder: string) => ({
  systems: {
    guest1: { profile: 'web', virtHost: 'host1', interfaces: { eth0: { mac: '525400000001' } } },
    host1: {
      profile: 'web-big',
      power: { driver: 'ipmi', address: '192.0.2.7', user: 'admin', password: 'hush' },
      interfaces: {
        eth0: { mac: '52:54:00:00:00:02', ipv4: { method: 'none' } },
        'eth0.5': {
          ipv4: { method: 'static', addresses: ['192.0.2.10/24'], gateway: '192.0.2.1' },
          vlan: { id: 5, parent: 'eth0' },
        },
      },
    },
  },
  profiles: {
    'web-big': { parent: 'web', virt: { memoryMiB: 4096 } },
    web: {
      owners: ['ann@example.org'],
      distro: 'debian12',
      answerFile: 'site/preseed.cfg',
      kernelOptions: { quiet: null, console: ['tty0', 'ttyS0'] },
      repos: ['debian'],
      virt: { memoryMiB: 1024, image: 'cloud', disks: [{ sizeGiB: 10 }] },
    },
  },
  distros: {
    debian12: {
      family: 'debian-installer',
      breed: 'debian',
      version: '12',
      arch: 'x86_64',
      kernel: { path: join(folder, 'linux') },
      initrd: { path: join(folder, 'initrd') },
    },
  },
  snippets: { 'motd.sh': { text: 'echo hello\n' } },
  templates: {
    'site/preseed.cfg': { text: '# {% include "snippets/motd.sh" %}\n' },
    'image/answer-file.sh': { text: 'echo mine\n' },
  },
  images: {
    cloud: { file: { path: join(folder, 'cloud.qcow2') }, format: 'qcow2', arch: 'x86_64' },
  },
  repos: {
    debian: { type: 'apt', url: 'http://deb.example.org/debian', suites: ['bookworm'] },
  },
  settings: { minMemoryMiB: 512, vars: { site: 'here' } },
});

export const said = ({ changes, unchanged }: Applied) => [
  ...changes.map(({ action, noun, name }) => `${action} ${noun} ${name}`),
  `${unchanged} unchanged`,
];

export const refusalOf = async (work: Promise<unknown>) => {
  const error = await work.catch((thrown: unknown) => thrown);
  return error instanceof ResoleError ? error.details : error;
};

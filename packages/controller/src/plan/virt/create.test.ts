import type { Image, System, VirtHost } from '@resole/protocol';
import { expect, test } from 'vitest';
import { planVirtCreate, type VirtIntent } from './create.ts';

const stored = {
  revision: 1,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
};
const file = (path: string) => ({ path, size: 8_000_000, sha256: 'a'.repeat(64) });
const mac = '52:54:00:12:34:56';
const virtHost: VirtHost = {
  ...{ types: ['qemu'], cpus: 4, memoryFreeMiB: 8000, networks: ['default'], bridges: ['br0'] },
  ...{ pools: [{ name: 'default', availableBytes: 100 * 1024 ** 3 }], guests: [] },
};
const image: Image = {
  ...{ ...stored, id: 'img_35ahtc7lqn2x6w4dzk5u', name: 'cloud', arch: 'x86_64' },
  ...{ file: file('/srv/cloud.qcow2'), format: 'qcow2' },
};

const intent = (options: VirtIntent['options'], system: Partial<System> = {}): VirtIntent => ({
  system: { ...stored, id: 'sys_35ahtc7lqn2x6w4dzk5r', name: 'web7', ...system },
  identity: { name: 'web7', uuid: '0b0ec7d4-0d0f-4f4b-8f1c-6a2c8f3f5a11', mac },
  host: { id: 'sys_35ahtc7lqn2x6w4dzk5s', name: 'host1' },
  profile: { ...stored, id: 'prf_35ahtc7lqn2x6w4dzk5s', name: 'web' },
  distro: {
    ...{ ...stored, id: 'dst_35ahtc7lqn2x6w4dzk5t', name: 'debian-12', family: 'image' },
    ...{ breed: 'debian', version: '12', arch: 'x86_64' },
    ...{ kernel: file('/srv/vmlinuz'), initrd: file('/srv/initrd') },
  },
  templates: { 'image/boot-args': 'resole.answer={{ urls.answer_file }}' },
  ...{ virtHost, options, image, recreate: false },
});

const stepsOf = (given: VirtIntent) => planVirtCreate(given).steps.map(({ step }) => step);

test('what each way of installing fetches and makes', () => {
  const steps = (install: 'pxe' | 'clone') => stepsOf(intent({ virt: { install } }));
  expect(steps('pxe')).toEqual(['check-virt-host', 'create-guest', 'hand-over']);
  expect(steps('clone')).toEqual(['check-virt-host', 'fetch-file', 'create-guest', 'hand-over']);
  expect(stepsOf({ ...intent({ virt: { install: 'pxe' } }), recreate: true })).toEqual([
    ...['check-virt-host', 'remove-guest', 'create-guest', 'hand-over'],
  ]);
});

test('all that a profile may say is in the guest', () => {
  const virt: VirtIntent['options']['virt'] = {
    ...{ type: 'qemu', cpus: 3, memoryMiB: 512, bridge: 'br0', nicModel: 'e1000', machine: 'q35' },
    ...{ firmware: 'uefi', graphics: 'vnc', cpuModel: 'host', autostart: false, install: 'pxe' },
    ...{ osVariant: 'debian12' },
    disks: [{ sizeGiB: 20, pool: 'fast', bus: 'scsi', format: 'raw' }],
  };
  const { guest, warnings } = planVirtCreate(intent({ virt }));
  expect(guest).toEqual({
    ...{ name: 'web7', uuid: '0b0ec7d4-0d0f-4f4b-8f1c-6a2c8f3f5a11', mac, type: 'qemu' },
    ...{ cpus: 3, memoryMiB: 512, machine: 'q35', firmware: 'uefi', graphics: 'vnc' },
    ...{ cpuModel: 'host', autostart: false, osVariant: 'debian12', install: { by: 'pxe' } },
    nic: { mac, model: 'e1000', bridge: 'br0' },
    disks: [
      {
        ...{ pool: 'fast', bytes: 20 * 1024 ** 3, format: 'raw', bus: 'scsi' },
        serial: '0B0EC7D40D0F4F4B8-0',
      },
    ],
  });
  expect(warnings).toEqual(['host1 lacks: there is no pool fast (there are: default)']);
});

test('a clone with a static address is refused: nothing would ever set it', () => {
  const eth0 = { mac, ipv4: { method: 'static' as const, addresses: ['192.0.2.7/24'] } };
  const system = { interfaces: { eth0 } };
  expect(() => planVirtCreate(intent({ virt: { install: 'clone' } }, system))).toThrow(
    'a clone gets its network by DHCP',
  );
  expect(stepsOf(intent({ virt: { install: 'import' } }, system))).toHaveLength(4);
});

test('an unsigned image is no OS for a guest with Secure Boot', () => {
  const virt = { firmware: 'uefi-secure', install: 'kernel' } as const;
  const image = { ...file('/srv/root.tar.zst'), format: 'tar.zst', unpackedSize: 1 } as const;
  const planned = (secureBoot: boolean, options: VirtIntent['options']['virt'] = virt) => {
    const given = intent({ virt: options });
    return planVirtCreate({
      ...given,
      distro: { ...given.distro, image: { ...image, secureBoot } },
    });
  };
  expect(() => planned(false)).toThrow('not known to boot under it');
  expect(planned(true).guest?.firmware).toBe('uefi-secure');
  expect(planned(false, { ...virt, firmware: 'uefi' }).guest?.firmware).toBe('uefi');
});

test.each([
  ['windows', {}],
  ['freebsd', {}],
  ['esxi', {}],
  // A template of the operator's makes it no kernel that a host could boot.
  ['windows', { bootArgs: 'image/boot-args' }],
] as const)('an installer that no kernel starts is refused: %s %o', (family, options) => {
  const given = intent(options);
  expect(() => planVirtCreate({ ...given, distro: { ...given.distro, family } })).toThrow(
    expect.objectContaining({
      code: 'start-unsupported',
      message: `the installer of debian-12 (${family}) can't be started by a kernel`,
      remedy:
        'start the guest from its ISO: --install iso --image IMAGE; ' +
        'or by a boot server of your own: --install pxe',
    }),
  );
  const pxe = intent({ ...options, virt: { install: 'pxe' } });
  const plan = planVirtCreate({ ...pxe, distro: { ...pxe.distro, family } });
  expect([plan.method, plan.commandLine]).toEqual([undefined, undefined]);
});

test('an image that the guest has no room for is refused before anything is made', () => {
  const image = { ...file('/srv/root.raw'), format: 'raw' as const, unpackedSize: 3 * 1024 ** 3 };
  const planned = (sizeGiB: number, install: 'kernel' | 'pxe' | 'import') => {
    const given = intent({ virt: { install, disks: [{ sizeGiB }] } });
    return planVirtCreate({ ...given, distro: { ...given.distro, image } });
  };
  for (const install of ['kernel', 'pxe'] as const) {
    expect(() => planned(2, install)).toThrow(
      'distro debian-12 is 3 GiB unpacked, disk serial:0B0EC7D40D0F4F4B8-0 has 2 GiB',
    );
    expect(planned(4, install).guest?.disks).toHaveLength(1);
  }
  // What is imported is another image than the distro's.
  expect(planned(2, 'import').guest?.disks).toHaveLength(1);
});

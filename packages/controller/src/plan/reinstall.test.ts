import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EnrolmentRequest, type Facts, type Family, ResoleError } from '@resole/protocol';
import { expect, test } from 'vitest';
import { readShipped } from '../templates/library.ts';
import { describePlan } from './describe.ts';
import { families } from './families.ts';
import type { NetbootIntent, ReinstallIntent } from './intent.ts';
import { planNetboot } from './netboot.ts';
import { networks } from './network/networks.fixture.ts';
import { planPower } from './power.ts';
import { planReinstall } from './reinstall.ts';

const root = join(import.meta.dirname, '../../../..');
const fixture = JSON.parse(
  readFileSync(join(root, 'packages/protocol/fixtures/v1/enrolment.json'), 'utf8'),
);
/** A UEFI machine with GRUB, kexec and a static network on a VLAN. */
const facts: Facts = EnrolmentRequest.parse(fixture.request).facts;

const stored = {
  revision: 1,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
};

const intent = (changes: Partial<ReinstallIntent> = {}): ReinstallIntent => ({
  system: { ...stored, id: 'sys_35ahtc7lqn2x6w4dzk5r', name: 'web1', hostname: 'web1' },
  profile: { ...stored, id: 'prf_35ahtc7lqn2x6w4dzk5s', name: 'web' },
  distro: {
    ...stored,
    id: 'dst_35ahtc7lqn2x6w4dzk5t',
    name: 'debian-12',
    family: 'image',
    breed: 'debian',
    version: '12',
    arch: 'x86_64',
    kernel: { path: '/srv/vmlinuz', size: 8_000_000, sha256: 'a'.repeat(64) },
    initrd: { path: '/srv/initrd', size: 20_000_000, sha256: 'b'.repeat(64) },
    osRelease: { id: 'debian', versionId: '12' },
  },
  options: {
    kernelOptions: { console: 'ttyS0', quiet: '', splash: null },
    authorizedKeys: ['ssh-ed25519 AAAA op'],
  },
  facts,
  method: 'auto',
  templates: {
    'image/boot-args':
      'resole.answer={{ urls.answer_file }} {{ network_args }} {{ kernel_options }}\n',
  },
  ...changes,
});

const golden = (name: string) => join(root, 'test/golden/plan', name);

test('the plan of a kexec, as people read it', async () => {
  await expect(describePlan(planReinstall(intent()))).toMatchFileSnapshot(golden('kexec.txt'));
});

test('the plan of one boot by GRUB, whole', async () => {
  const plan = planReinstall(intent({ method: 'boot-once' }));
  await expect(`${JSON.stringify(plan, null, 2)}\n`).toMatchFileSnapshot(
    golden('boot-once.json.txt'),
  );
});

/** A machine that nobody has seen: its MAC and its BMC are known. */
const unseen = (changes: Partial<NetbootIntent> = {}): NetbootIntent => {
  const { facts: _, method: __, ...rest } = intent();
  const power = { address: 'bmc1', password: 'sealed' };
  const system = { ...rest.system, macs: ['52:54:00:12:34:56'], power };
  return { ...rest, system, facts: undefined, reason: 'by network boot', ...changes };
};

test('the plan of a network boot of a machine that nobody has seen', async () => {
  const options = { ...intent().options, powerPolicy: { onStall: 'cycle' } } as const;
  const text = describePlan(planNetboot(unseen({ options })));
  await expect(text).toMatchFileSnapshot(golden('pxe.txt'));
});

test('a network boot of a machine whose agent was once heard', () => {
  const plan = planNetboot(unseen({ facts }));
  expect(plan).toMatchObject({
    bootMode: 'uefi',
    network: facts.network,
    erases: [{ id: 'serial:RESOLE0001' }],
  });
  const interfaces = { eth0: { mac: '52:54:00:00:00:09' } };
  const { network, erases } = planNetboot(
    unseen({ facts, system: { ...unseen().system, interfaces, disk: 'serial:NEW' } }),
  );
  expect(network).toMatchObject({ mac: '52:54:00:00:00:09', ipv4: { method: 'dhcp' } });
  expect(erases).toMatchObject([{ id: 'serial:NEW', size: 0 }]);
});

test('what stands in the way of a network boot', () => {
  const { system, options } = unseen();
  const { power: _, ...dumb } = system;
  const { macs: __, ...nameless } = system;
  const tooLarge = { path: '/srv/os.raw', format: 'raw', unpackedSize: 1e15 } as const;
  const cases: [string, Partial<NetbootIntent>][] = [
    ['netboot-off', { options: { ...options, netboot: false } }],
    ['power-not-supported', { system: dumb }],
    ['power-not-supported', { system: { ...system, power: { driver: 'fence' } } }],
    ['network-missing', { system: nameless }],
    ['arch-mismatch', { facts: { ...facts, arch: 'aarch64' } }],
    ['disk-too-small', { facts, distro: { ...intent().distro, image: tooLarge } }],
    ['start-unsupported', { distro: { ...intent().distro, family: 'windows' } }],
    ['invalid-input', { options: { kernelOptions: { '||': '' } } }],
    ['invalid-input', { options: { kernelOptions: { x: 'x'.repeat(2048) } } }],
  ];
  for (const [code, changes] of cases) {
    expect(() => planNetboot(unseen(changes)), code).toThrow(expect.objectContaining({ code }));
  }
});

test('the plan of a reboot', async () => {
  const how = { force: false, fallback: true };
  const text = describePlan(planPower('reboot', intent().system, facts, how));
  await expect(text).toMatchFileSnapshot(golden('reboot.txt'));
});

test('the same intent gives the same plan', () => {
  expect(planReinstall(intent())).toEqual(planReinstall(intent()));
});

test('the kernel command line of every family that an agent can start', async () => {
  const templates = await readShipped(join(root, 'packages/controller/templates'));
  const network = networks['static IPv4'];
  if (!network) throw new Error('the fixture has it');
  const lines = Object.entries(families)
    .filter(([, traits]) => traits.startedBy === undefined)
    .flatMap(([family, traits]) =>
      [`/srv/${family}`, 'http://mirror.example.org/tree/'].map((tree) => {
        const plan = planReinstall(
          intent({
            templates,
            facts: { ...facts, network, memoryBytes: 16 * 1024 ** 3 },
            distro: { ...intent().distro, family: family as Family, tree },
            options: {
              kernelOptions: { console: 'ttyS0' },
              proxy: 'http://proxy.example.org:3128',
            },
          }),
        );
        return `${family}, tree ${tree}: ${traits.answerFile ?? 'no answer file'}\n  ${plan.commandLine}\n`;
      }),
    );
  await expect(lines.join('')).toMatchFileSnapshot(golden('command-lines.txt'));
});

/** A refusal by its code, from facts that differ in one thing. */
const refusal = (changes: Partial<ReinstallIntent>): unknown => {
  try {
    planReinstall(intent(changes));
  } catch (error) {
    if (error instanceof ResoleError) return [error.code, error.remedy !== undefined];
    throw error;
  }
  return 'planned';
};

const { network: _, ...unconnected } = facts;
const grub = facts.bootLoader.kind === 'grub' ? facts.bootLoader : undefined;
if (!grub) throw new Error('the fixture has GRUB');
const withGrub = (changes: Partial<typeof grub>): Facts => ({
  ...facts,
  bootLoader: { ...grub, ...changes },
});
const { distro, system } = intent();
const image = { path: '/srv/os.tar.zst', format: 'tar.zst', unpackedSize: 1e9 } as const;
const diskSize = facts.disks[0]?.size ?? 0;
const signedDistro = { ...distro, image: { ...image, secureBoot: true } };

test.each<[string, Partial<ReinstallIntent>, string]>([
  ['another architecture', { distro: { ...distro, arch: 'aarch64' } }, 'arch-mismatch'],
  ['another boot mode', { system: { ...system, bootMode: 'bios' } }, 'boot-mode-mismatch'],
  ['too little memory', { options: { minMemoryMiB: 4096 } }, 'memory-too-small'],
  ['an unknown disk', { system: { ...system, disk: 'serial:NONE' } }, 'disk-unknown'],
  [
    'an image that the disk is too small for',
    { distro: { ...distro, image: { ...image, format: 'raw.zst', unpackedSize: diskSize + 1 } } },
    'disk-too-small',
  ],
  [
    'an archive that leaves its file system no room',
    { distro: { ...distro, image: { ...image, unpackedSize: diskSize - 3e8 } } },
    'disk-too-small',
  ],
  ['no network', { facts: unconnected }, 'network-missing'],
  [
    'no room for downloads',
    { facts: { ...facts, stagingFreeBytes: 1e6 } },
    'staging-space-too-small',
  ],
  [
    'no room in /boot',
    { method: 'boot-once', facts: withGrub({ boot: { ...grub.boot, freeBytes: 1e6 } }) },
    'boot-space-too-small',
  ],
  [
    'an encrypted /boot',
    {
      method: 'boot-once',
      facts: withGrub({ boot: { ...grub.boot, stack: ['crypt', 'part', 'disk'] } }),
    },
    'boot-filesystem-unreadable',
  ],
  [
    'an environment that GRUB can not write',
    { method: 'boot-once', facts: withGrub({ environmentWritable: false }) },
    'bootloader-not-writable',
  ],
  [
    'no kexec where it is asked for',
    { method: 'kexec', facts: { ...facts, kexec: { available: false, fileLoad: false } } },
    'kexec-missing',
  ],
  [
    'Secure Boot without kexec_file_load',
    {
      method: 'kexec',
      facts: { ...facts, secureBoot: true, kexec: { available: true, fileLoad: false } },
      distro: signedDistro,
    },
    'kexec-missing',
  ],
  [
    'Secure Boot with an image that is not known to be signed',
    { facts: { ...facts, secureBoot: true } },
    'secure-boot-unsigned',
  ],
  [
    "Secure Boot where only the firmware could start the installer's kernel",
    {
      method: 'boot-once',
      facts: {
        ...facts,
        ...{ secureBoot: true, efibootmgr: true },
        bootLoader: { kind: 'none', boot: grub.boot },
      },
      distro: signedDistro,
    },
    'secure-boot-unsigned',
  ],
  [
    'a kernel of unknown checksum',
    { distro: { ...distro, kernel: { path: '/srv/vmlinuz' } } },
    'artefact-missing',
  ],
  ['a distro without a kernel', { distro: { ...distro, kernel: undefined } }, 'artefact-missing'],
  [
    'an installer that no running OS can start',
    { distro: { ...distro, family: 'windows' } },
    'start-unsupported',
  ],
  [
    'a command line that is too long with the real address of the job',
    { baseLength: 100, options: { kernelOptions: { x: 'x'.repeat(1800) } } },
    'invalid-input',
  ],
  [
    'a quoted kernel option that GRUB would not hand on',
    { method: 'boot-once', options: { kernelOptions: { x: "'a'" } } },
    'invalid-input',
  ],
  [
    'a kernel option that means something to blscfg',
    {
      method: 'boot-once',
      facts: withGrub({ sourcesCustom: false, bls: true }),
      options: { kernelOptions: { x: '$a' } },
    },
    'invalid-input',
  ],
  ['a template that is not there', { options: { bootArgs: 'none' } }, 'template-error'],
])('refused: %s', (_what, changes, code) => {
  expect(refusal(changes)).toEqual([code, true]);
});

test.each(['fai', 'debian-installer'] as const)(
  'with Secure Boot, %s is planned: its kernel is checked by the agent, its loader is its own',
  async (family) => {
    const network = networks['static IPv4'];
    if (!network) throw new Error('the fixture has it');
    const plan = planReinstall(
      intent({
        distro: { ...distro, family },
        facts: { ...facts, network, secureBoot: true, memoryBytes: 4 * 1024 ** 3 },
        templates: await readShipped(join(root, 'packages/controller/templates')),
      }),
    );
    expect(plan.steps).toContainEqual(
      expect.objectContaining({
        step: 'arm-kexec',
        args: { commandLine: plan.commandLine, secureBoot: true },
      }),
    );
  },
);

const esp = {
  ...{ directory: '/boot/efi', mountPoint: '/boot/efi', filesystem: 'vfat' },
  ...{ freeBytes: 200_000_000, stack: ['part', 'disk'] },
};
const btrfs = {
  ...withGrub({ environmentWritable: false, boot: { ...grub.boot, filesystem: 'btrfs' } }),
  esp,
  efibootmgr: true,
};

test('where GRUB can not be set for one boot, the firmware is', () => {
  const plan = planReinstall(intent({ method: 'boot-once', facts: btrfs }));
  const [check, kernel, , arm] = plan.steps;
  expect([plan.method, plan.methodReason]).toEqual([
    'boot-once',
    "by the firmware's BootNext, for GRUB can't clear its one-time entry in /boot/grub/grubenv " +
      '(btrfs on part on disk): an installer that fails would be started for ever',
  ]);
  expect(check?.args).toMatchObject({ space: { destination: 'staging' } });
  expect(kernel?.args).toMatchObject({ destination: 'staging' });
  expect(arm).toEqual({ step: 'arm-efi', args: { commandLine: plan.commandLine } });
});

test.each<[string, Partial<Facts>, string]>([
  ['its partition is full', { esp: { ...esp, freeBytes: 1e6 } }, 'boot-space-too-small'],
  ['there is no room to stage', { stagingFreeBytes: 1e6 }, 'staging-space-too-small'],
  ['its partition is on RAID', { esp: { ...esp, stack: ['raid1'] } }, 'bootloader-not-writable'],
  ['it is an older agent', { esp: undefined }, 'bootloader-not-writable'],
  ['efibootmgr is missing', { efibootmgr: false }, 'bootloader-not-writable'],
  ['it is a BIOS', { bootMode: 'bios' }, 'bootloader-not-writable'],
])('but not where %s', (_what, changes, code) => {
  expect(refusal({ method: 'boot-once', facts: { ...btrfs, ...changes } })).toEqual([code, true]);
});

test('nor with Secure Boot: GRUB stays refused', () => {
  const facts = { ...btrfs, secureBoot: true };
  expect(refusal({ method: 'boot-once', facts, distro: signedDistro })).toEqual([
    'bootloader-not-writable',
    true,
  ]);
});

test('addresses that nobody gives to the new OS are warned of', () => {
  const base = networks.DHCP;
  const [first] = facts.interfaces;
  if (!base || !first) throw new Error('the fixtures have them');
  const besideLease = [{ address: '192.0.2.99', prefix: 32 }];
  const network = { ...base, interface: 'ens3', ipv4: { ...base.ipv4, besideLease } };
  const second = { ...first, name: 'ens4', mac: '52:54:00:00:00:02' };
  const addresses = ['10.1.0.5/24', 'fe80::5054:ff:fe00:2/64'];
  const own = { ...facts, network, interfaces: [first, { ...second, addresses }] };
  const edit = '`resole system edit web1 --interface …`';
  expect(planReinstall(intent({ facts: own })).warnings).toEqual([
    `192.0.2.99/32 was set beside the DHCP lease of ens3: the new OS won't have it, unless ${edit} says so`,
    `ens4 has 10.1.0.5/24: the new OS won't have it, unless ${edit} says so`,
  ]);
  const described = { ...system, interfaces: { lan: { mac: '52:54:00:12:34:56' } } };
  expect(planReinstall(intent({ facts: own, system: described })).warnings).toEqual([]);
  // The card below a VLAN may have addresses of its own.
  const vlan = { ...first, name: 'ens3.7' };
  const tagged = {
    ...facts,
    interfaces: [{ ...first, addresses: ['10.2.0.5/24'] }, vlan],
  };
  expect(planReinstall(intent({ facts: tagged })).warnings).toEqual([
    `ens3 has 10.2.0.5/24: the new OS won't have it, unless ${edit} says so`,
  ]);
});

test('auto takes GRUB where kexec is missing', () => {
  const plan = planReinstall(
    intent({ facts: { ...facts, kexec: { available: false, fileLoad: false } } }),
  );
  expect([plan.method, plan.steps[3]?.step]).toEqual(['boot-once', 'arm-grub']);
});

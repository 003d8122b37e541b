/** The flags of what guests are made of: one field, `virt`, with many in it. */
import type { Virt } from '@resole/protocol';
import { type FieldFlag, type Flags, within } from './flag.ts';

const inner: Flags<Virt> = {
  type: [
    {
      flag: '--virt-type <type>',
      kind: 'text',
      help: 'kind of guest',
      choices: ['auto', 'kvm', 'qemu', 'xen-pv', 'xen-hvm', 'lxc'],
    },
  ],
  cpus: [{ flag: '--virt-cpus <count>', kind: 'number', help: 'CPUs of a guest' }],
  memoryMiB: [{ flag: '--virt-memory <MiB>', kind: 'number', help: 'memory of a guest' }],
  disks: [
    {
      flag: '--virt-disk <disk>',
      kind: 'virt-disks',
      help: 'disk of a guest: its GiB, or size=20,pool=fast,bus=scsi,format=raw (repeatable)',
    },
  ],
  bridge: [
    { flag: '--virt-bridge <bridge>', kind: 'text', help: 'bridge of the host that a guest is on' },
  ],
  network: [
    { flag: '--virt-network <network>', kind: 'text', help: 'libvirt network that a guest is on' },
  ],
  nicModel: [
    { flag: '--virt-nic-model <model>', kind: 'text', help: 'network card of a guest, as virtio' },
  ],
  machine: [{ flag: '--virt-machine <type>', kind: 'text', help: 'machine type, as q35' }],
  firmware: [
    {
      flag: '--virt-firmware <firmware>',
      kind: 'text',
      help: 'firmware of a guest',
      choices: ['bios', 'uefi', 'uefi-secure'],
    },
  ],
  graphics: [
    {
      flag: '--virt-graphics <kind>',
      kind: 'text',
      help: 'screen of a guest',
      choices: ['none', 'vnc', 'spice'],
    },
  ],
  cpuModel: [{ flag: '--virt-cpu-model <model>', kind: 'text', help: 'CPU model of a guest' }],
  autostart: [{ flag: '--virt-autostart', kind: 'switch', help: 'a guest starts with its host' }],
  install: [
    {
      flag: '--virt-install <way>',
      kind: 'text',
      help: 'how a guest gets its OS',
      choices: ['kernel', 'pxe', 'iso', 'import', 'clone'],
    },
  ],
  image: [{ flag: '--virt-image <image>', kind: 'text', help: 'image that a guest starts from' }],
  osVariant: [
    { flag: '--virt-os-variant <id>', kind: 'text', help: 'libosinfo’s name, as debian12' },
  ],
};

export const virtFlags: readonly FieldFlag[] = within(inner);

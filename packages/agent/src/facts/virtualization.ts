import { hasProgram, type Machine, text } from './machine.ts';

/** First words of DMI vendor or product names, and whose they are; names as systemd-detect-virt's. */
const vendors: readonly [string, string][] = [
  ['KVM', 'kvm'],
  ['OpenStack', 'kvm'],
  ['KubeVirt', 'kvm'],
  ['Hetzner', 'kvm'],
  ['DigitalOcean', 'kvm'],
  ['Amazon EC2', 'amazon'],
  ['Google', 'google'],
  ['Apple Virtualization', 'apple'],
  ['QEMU', 'qemu'],
  ['VMware', 'vmware'],
  ['VMW', 'vmware'],
  ['innotek GmbH', 'oracle'],
  ['VirtualBox', 'oracle'],
  ['Xen', 'xen'],
  ['Bochs', 'bochs'],
  ['Parallels', 'parallels'],
  ['BHYVE', 'bhyve'],
  ['Virtual Machine', 'microsoft'],
];

/** Hypervisor or container kind, as systemd-detect-virt(1) names them; `none` on bare metal. */
export async function readVirtualization(machine: Machine): Promise<string> {
  const kind = await ofFiles(machine);
  // The program asks the processor too, which tells KVM from plain QEMU where firmware calls both
  // QEMU. On bare metal it only fails.
  if (kind === 'none' || !(await hasProgram(machine, 'systemd-detect-virt'))) return kind;
  const said = (await machine.output('systemd-detect-virt', []))?.trim() ?? '';
  return /^[a-z0-9-]+$/.test(said) && said !== 'none' ? said : kind;
}

async function ofFiles(machine: Machine): Promise<string> {
  const dmi = '/sys/class/dmi/id';
  const [container, docker, podman, environment, xen, cpuinfo, ...names] = await Promise.all(
    [
      '/run/systemd/container',
      '/.dockerenv',
      '/run/.containerenv',
      '/proc/1/environ',
      '/sys/hypervisor/type',
      '/proc/cpuinfo',
      `${dmi}/product_name`,
      `${dmi}/sys_vendor`,
      `${dmi}/board_vendor`,
      `${dmi}/bios_vendor`,
    ].map((path) => text(machine, path)),
  );
  if (container) return container;
  if (docker !== undefined) return 'docker';
  if (podman !== undefined) return 'podman';
  const declared = /(?:^|\0)container=([a-z0-9-]+)/.exec(environment ?? '')?.[1];
  if (declared) return declared;
  const guest = /^flags\s*:.*\bhypervisor\b/m.test(cpuinfo ?? '');
  // EC2's bare-metal machines carry the same vendor name as its guests do.
  const bareMetal = names.some((name) => /\bmetal\b/.test(name ?? ''));
  const known = names
    .map((name) => vendors.find(([start]) => name?.startsWith(start))?.[1])
    .find((kind) => kind !== undefined);
  if (known && !bareMetal) return known;
  if (xen) return xen;
  return guest ? 'vm-other' : 'none';
}

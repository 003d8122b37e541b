/** The machine's BMC, seen from inside: by the kernel's IPMI interface and by SMBIOS. */
import type { Bmc } from '@resole/protocol';
import { type Bmc38, bmcOfSmbios } from './bmc-smbios.ts';
import { hasProgram, type Machine } from './machine.ts';

/** Where Linux has put the device since 2.6. */
const devices = ['/dev/ipmi0', '/dev/ipmi/0', '/dev/ipmidev/0'];

/** Where Linux shows SMBIOS since 4.2; machines without it have nothing for dmidecode. */
const smbiosTables = '/sys/firmware/dmi/tables/DMI';

/** LAN channels that BMCs use; most have the first one. */
const channels = ['1', '2', '8'];

/** Undefined where there is none; guests have none that matters. */
export async function readBmc(machine: Machine): Promise<Bmc | undefined> {
  const [smbios, lan] = await Promise.all([readSmbios(machine), readLan(machine)]);
  if (smbios === undefined && lan === undefined) return undefined;
  const protocols = [
    ...(smbios?.ipmi || lan !== undefined ? (['ipmi'] as const) : []),
    ...(smbios?.redfish ? (['redfish'] as const) : []),
  ];
  if (protocols.length === 0) return undefined;
  const { device, address, mac, cipherSuites } = lan ?? {};
  return {
    protocols,
    ...((address ?? smbios?.address) === undefined ? {} : { address: address ?? smbios?.address }),
    ...(mac === undefined ? {} : { mac }),
    ...(cipherSuites === undefined ? {} : { cipherSuites }),
    ...(device?.vendor === undefined ? {} : { vendor: device.vendor }),
    ...(device?.firmware === undefined ? {} : { firmware: device.firmware }),
  };
}

async function readSmbios(machine: Machine): Promise<Bmc38 | undefined> {
  const [tables, program] = await Promise.all([
    machine.real(smbiosTables),
    hasProgram(machine, 'dmidecode'),
  ]);
  if (tables === undefined || !program) return undefined;
  // Type 38: IPMI device; type 42: management controller host interface (SMBIOS, DSP0134).
  const text = await machine.output('dmidecode', ['--type', '38', '--type', '42']);
  return text === undefined ? undefined : bmcOfSmbios(text);
}

interface Lan {
  address?: string;
  mac?: string;
  cipherSuites?: number[];
  device: { vendor?: string; firmware?: string };
}

async function readLan(machine: Machine): Promise<Lan | undefined> {
  const found = await Promise.all(devices.map((path) => machine.real(path)));
  if (found.every((path) => path === undefined)) return undefined;
  if (!(await hasProgram(machine, 'ipmitool'))) {
    machine.note('the machine has a BMC; install ipmitool to have its address found');
    return { device: {} };
  }
  const info = await machine.output('ipmitool', ['mc', 'info']);
  const device = deviceOf(info ?? '');
  for (const channel of channels) {
    const text = await machine.output('ipmitool', ['lan', 'print', channel]);
    const lan = text === undefined ? undefined : lanOf(text);
    if (lan?.address !== undefined) return { ...lan, device };
  }
  return { device };
}

const field = (text: string, name: string): string | undefined =>
  new RegExp(`^${name}\\s*: *(\\S.*?) *$`, 'm').exec(text)?.[1];

/** `ipmitool lan print`; a BMC without a configured network says 0.0.0.0. */
export const lanOf = (text: string): Omit<Lan, 'device'> => {
  const address = field(text, 'IP Address');
  const mac = field(text, 'MAC Address')?.toLowerCase();
  const suites = field(text, 'RMCP\\+ Cipher Suites')?.split(',').map(Number) ?? [];
  const known = suites.every(Number.isInteger) && suites.length > 0;
  return {
    ...(known ? { cipherSuites: suites } : {}),
    ...(address === undefined || address === '0.0.0.0' ? {} : { address }),
    ...(mac === undefined || /^[0:]*$/.test(mac) ? {} : { mac }),
  };
};

/** `ipmitool mc info`. */
export const deviceOf = (text: string): Lan['device'] => {
  const name = field(text, 'Manufacturer Name')?.replace(/ \(0x.*\)$/, '');
  const firmware = field(text, 'Firmware Revision');
  return {
    ...(name === undefined || /^Unknown/i.test(name) ? {} : { vendor: name }),
    ...(firmware === undefined ? {} : { firmware }),
  };
};

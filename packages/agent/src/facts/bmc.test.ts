import { expect, test } from 'vitest';
import { readBmc } from './bmc.ts';
import { type Recording, replayed } from './recording.ts';

const lan = `Set in Progress         : Set Complete
IP Address Source       : Static Address
IP Address              : 10.20.0.17
Subnet Mask             : 255.255.255.0
MAC Address             : AC:1F:6B:00:11:22
802.1q VLAN ID          : Disabled
`;

const info = `Device ID                 : 32
Firmware Revision         : 3.88
IPMI Version              : 2.0
Manufacturer ID           : 10876
Manufacturer Name         : Supermicro
`;

const ipmiTable = `Handle 0x0026, DMI type 38, 18 bytes
IPMI Device Information
	Interface Type: KCS (Keyboard Control Style)
	Specification Version: 2.0
`;

const redfishTable = (address: string) => `Handle 0x0400, DMI type 42, 129 bytes
Management Controller Host Interface
	Host Interface Type: Network
	Protocol ID: 04 (Redfish over IP)
		Service UUID: 00000000-0000-0000-0000-ac1f6b001122
		Redfish Service IP Address Format: IPv4
		Redfish Service IP Address: ${address}
		Redfish Service Port: 443
`;

const machine = (present: string[], outputs: Recording['outputs']) =>
  replayed({
    arch: 'x86_64',
    hardware: { cpu: { model: 'x', cores: 1 }, memoryBytes: 1 },
    files: {},
    binaries: {},
    present,
    links: {},
    free: {},
    outputs,
  });

const dmi = '/sys/firmware/dmi/tables/DMI';
const dmidecode = 'dmidecode --type 38 --type 42';

test('a server with a BMC: address, MAC, vendor, firmware, protocols', async () => {
  const found = machine(['/dev/ipmi0', '/usr/bin/ipmitool', '/usr/sbin/dmidecode', dmi], {
    'ipmitool lan print 1': lan,
    'ipmitool mc info': info,
    [dmidecode]: `# dmidecode 3.4\n\n${ipmiTable}\n${redfishTable('169.254.0.17')}`,
  });
  expect(await readBmc(found)).toEqual({
    protocols: ['ipmi', 'redfish'],
    address: '10.20.0.17',
    mac: 'ac:1f:6b:00:11:22',
    vendor: 'Supermicro',
    firmware: '3.88',
  });
});

test('the LAN may be on another channel', async () => {
  const found = machine(['/dev/ipmi0', '/usr/bin/ipmitool'], {
    'ipmitool lan print 1': lan.replace('10.20.0.17', '0.0.0.0'),
    'ipmitool lan print 8': lan.replace('.17', '.18'),
    'ipmitool mc info': '',
  });
  expect(await readBmc(found)).toMatchObject({ protocols: ['ipmi'], address: '10.20.0.18' });
});

test('without ipmitool the BMC is known to be there, and what would find more is noted', async () => {
  const found = machine(['/dev/ipmi0'], {});
  expect(await readBmc(found)).toEqual({ protocols: ['ipmi'] });
  expect(found.notes()).toEqual([
    'the machine has a BMC; install ipmitool to have its address found',
  ]);
});

test('SMBIOS alone: Redfish with an address that others reach', async () => {
  const found = machine(['/usr/sbin/dmidecode', dmi], {
    [dmidecode]: `\n${redfishTable('10.20.0.19')}`,
  });
  expect(await readBmc(found)).toEqual({ protocols: ['redfish'], address: '10.20.0.19' });
});

test('a guest and a plain PC have none', async () => {
  expect(await readBmc(machine([], {}))).toBeUndefined();
  const empty = machine(['/usr/sbin/dmidecode', dmi], { [dmidecode]: '# dmidecode 3.4\n\n' });
  expect(await readBmc(empty)).toBeUndefined();
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readBmc } from './bmc.ts';
import { type Recording, replayed } from './recording.ts';

/** Recorded in a virtual machine, by ipmitool 1.8.19 and dmidecode 3.4 over QEMU's KCS interface. */
const said = (name: string) =>
  readFileSync(join(import.meta.dirname, 'fixtures/bmc', `${name}.txt`), 'utf8');
/** Behind the interface: openipmi's simulator. */
const lan = said('lan-print');
const info = said('mc-info');
const ipmiTable = said('dmidecode');

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
    [dmidecode]: `${ipmiTable}${redfishTable('169.254.0.17')}`,
  });
  expect(await readBmc(found)).toEqual({
    protocols: ['ipmi', 'redfish'],
    address: '10.20.0.17',
    mac: 'ac:1f:6b:00:11:22',
    cipherSuites: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    vendor: 'Super Micro Computer Inc.',
    firmware: '9.08',
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

test('a BMC without a network of its own, as QEMU makes them', async () => {
  const found = machine(['/dev/ipmi0', '/usr/bin/ipmitool', '/usr/sbin/dmidecode', dmi], {
    'ipmitool mc info': said('mc-info-qemu'),
    [dmidecode]: ipmiTable,
  });
  expect(await readBmc(found)).toEqual({ protocols: ['ipmi'], firmware: '0.00' });
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

import type { Facts, Plan } from '@resole/protocol';
import { expect, test } from 'vitest';
import { machineMismatch } from './machine-match.ts';

const [uuid, mac] = ['4c4c4544-0042-3510-8052-b4c04f4d3232', '52:54:00:12:34:56'];
const [otherUuid, otherMac] = ['11111111-2222-3333-4444-555555555555', '52:54:00:ff:ff:01'];
const seen = (machineUuid: string | undefined, ...macs: string[]) =>
  ({
    ...(machineUuid === undefined ? {} : { machineUuid }),
    interfaces: macs.map((each) => ({ name: 'eth0', mac: each, addresses: [], up: true })),
  }) satisfies Pick<Facts, 'machineUuid' | 'interfaces'>;
const plan: Pick<Plan, 'network'> = {};
const network: NonNullable<Plan['network']> = {
  ...{ mac, interface: 'eth0', dns: [], search: [] },
  ipv4: { method: 'dhcp', addresses: [] },
  ipv6: { method: 'none', addresses: [] },
};
const web1 = { name: 'web1', machineUuid: uuid, macs: [mac] };

test.each([
  ['both the same', web1, plan, seen(uuid, mac), undefined],
  ['another card', web1, plan, seen(uuid, otherMac), undefined],
  ['a UUID that its firmware writes otherwise', web1, plan, seen(otherUuid, mac), undefined],
  [
    'upper case',
    { ...web1, machineUuid: uuid.toUpperCase() },
    plan,
    seen(uuid, otherMac),
    undefined,
  ],
  ['nothing known', { name: 'web1' }, plan, seen(uuid, mac), undefined],
  [
    'only the UUID known, none told',
    { name: 'web1', machineUuid: uuid },
    plan,
    seen(undefined, mac),
    undefined,
  ],
  ['its MAC in the plan', { name: 'web1' }, { network }, seen(otherUuid, mac), undefined],
  [
    'its MAC on an interface',
    { name: 'web1', interfaces: { eth0: { mac } } },
    plan,
    seen(otherUuid, mac),
    undefined,
  ],
  [
    'another machine',
    web1,
    plan,
    seen(otherUuid, otherMac),
    `machine ${otherUuid} came with the credential of web1, which it is not`,
  ],
  [
    'another machine without UUID',
    web1,
    plan,
    seen(undefined, otherMac),
    `machine ${otherMac} came with the credential of web1, which it is not`,
  ],
])('%s', (_, system, given, facts, problem) => {
  expect(machineMismatch(system, given, facts)).toBe(problem);
});

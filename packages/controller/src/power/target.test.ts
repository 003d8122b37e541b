import type { Facts, System } from '@resole/protocol';
import { expect, test } from 'vitest';
import { targetOf } from './target.ts';
import { makeSystem } from './testing.ts';

test('a machine is woken at every MAC and in every network that is known of it', () => {
  const system: System = {
    ...makeSystem('web1', { driver: 'ipmi', address: 'bmc1', password: 'hush' }),
    macs: ['52:54:00:00:00:01'],
    interfaces: {
      eth0: {
        mac: '52:54:00:00:00:02',
        ipv4: { method: 'static', addresses: ['192.0.2.10/24', '198.51.100.77/27'] },
      },
      bmc: {
        mac: '52:54:00:00:00:03',
        bmc: true,
        ipv4: { method: 'static', addresses: ['203.0.113.1/24'] },
      },
    },
  };
  const interfaces = [
    {
      name: 'eth0',
      mac: '52:54:00:00:00:02',
      addresses: ['192.0.2.10/24', '10.20.30.40/22', '2001:db8::1/64', '203.0.113.9/31'],
      up: true,
    },
  ];
  const source = {
    system,
    facts: { interfaces } as Facts,
    hasAgent: true,
    open: (sealed: string) => sealed,
  };
  expect(targetOf(source, 'wake-on-lan')).toEqual({
    system: system.id,
    name: 'web1',
    macs: ['52:54:00:00:00:01', '52:54:00:00:00:02'],
    broadcasts: ['192.0.2.255', '198.51.100.95', '10.20.31.255'],
    options: {},
  });
});

import { ResoleError } from '@resole/protocol';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { systemFlags } from './fields/machines.ts';
import { addFieldFlags, type Fields, withFlags } from './flags.ts';
import { contextOf } from './testing.ts';

const interfaces = async (words: string[], before?: Fields) => {
  const command = new Command().exitOverride();
  addFieldFlags(command, systemFlags);
  command.parse(words, { from: 'user' });
  const base = before === undefined ? {} : { interfaces: before };
  return (await withFlags(base, systemFlags, command.opts(), contextOf())).interfaces;
};

const texts = (...all: string[]) => all.flatMap((text) => ['--interface', text]);

test('a bond with a VLAN on it, static, dual-stack', async () => {
  const words = texts(
    'eth0,mac=52:54:00:12:34:56,ip=none',
    'name=eth1,mac=52:54:00:12:34:57,ip=none',
    'bond0,bond=eth0+eth1,mode=802.3ad,option=miimon:100,option=lacp_rate:fast,ip=none',
    'bond0.5,vlan=5:bond0,ip=192.0.2.10/24,ip=192.0.2.11/24,ip=2001:db8::10/64,gateway=192.0.2.1,gateway=2001:db8::1,dns-name=web1.example.org,primary',
    'bmc0,mac=52:54:00:12:34:58,bmc',
  );
  expect(await interfaces(words)).toEqual({
    eth0: { mac: '52:54:00:12:34:56', ipv4: { method: 'none' } },
    eth1: { mac: '52:54:00:12:34:57', ipv4: { method: 'none' } },
    bond0: {
      bond: {
        members: ['eth0', 'eth1'],
        mode: '802.3ad',
        options: { miimon: '100', lacp_rate: 'fast' },
      },
      ipv4: { method: 'none' },
    },
    'bond0.5': {
      vlan: { id: 5, parent: 'bond0' },
      ipv4: {
        method: 'static',
        addresses: ['192.0.2.10/24', '192.0.2.11/24'],
        gateway: '192.0.2.1',
      },
      ipv6: { method: 'static', addresses: ['2001:db8::10/64'], gateway: '2001:db8::1' },
      dnsName: 'web1.example.org',
      primary: true,
    },
    bmc0: { mac: '52:54:00:12:34:58', bmc: true },
  });
});

test('what is not named stays, an empty value takes away, other interfaces are left alone', async () => {
  const before = {
    eth0: {
      mac: '52:54:00:12:34:56',
      ipv4: { method: 'static', addresses: ['192.0.2.10/24'], gateway: '192.0.2.1' },
      mtu: 9000,
      primary: true,
    },
    eth1: { ipv4: { method: 'dhcp' } },
    eth2: {},
  };
  const words = [...texts('eth0,mtu=,ip=192.0.2.20/24,primary=no,ip6=auto'), '--remove-interface'];
  expect(await interfaces([...words, 'eth2'], before)).toEqual({
    eth0: {
      mac: '52:54:00:12:34:56',
      ipv4: { method: 'static', addresses: ['192.0.2.20/24'], gateway: '192.0.2.1' },
      ipv6: { method: 'auto' },
      primary: false,
    },
    eth1: { ipv4: { method: 'dhcp' } },
  });
  expect(await interfaces(['--remove-interface', 'eth0'], { eth0: {} })).toBeUndefined();
});

test('what is wrong is told at once', async () => {
  const words = [
    ...texts('mac=52:54:00:12:34:56', 'eth0,mtu=big,vlan=five,gatway=192.0.2.1,ip=192.0.2.1'),
    ...texts('eth1,gateway=192.0.2.1,option=miimon,bmc=maybe'),
    ...['--remove-interface', 'eth7'],
  ];
  const error = await interfaces(words).catch((thrown: unknown) => thrown);
  expect(error instanceof ResoleError && error.details).toMatchInlineSnapshot(`
    [
      {
        "field": "--interface",
        "problem": "must begin with the interface’s name",
        "value": "mac=52:54:00:12:34:56",
      },
      {
        "field": "--interface",
        "problem": "must be a whole number",
        "value": "mtu=big",
      },
      {
        "field": "--interface",
        "problem": "must be vlan=ID:PARENT, as in 5:eth0",
        "value": "vlan=five",
      },
      {
        "field": "--interface",
        "problem": "has no "gatway"",
        "remedy": "it has mac, mtu, dns-name, primary, bmc, bridge, bond, mode, option, vlan, ip, ip6, gateway",
        "value": "eth0,mtu=big,vlan=five,gatway=192.0.2.1,ip=192.0.2.1",
      },
      {
        "field": "--interface",
        "problem": "must be an address with its prefix, or dhcp or none",
        "value": "192.0.2.1",
      },
      {
        "field": "--interface",
        "problem": "must be option=NAME:VALUE",
        "value": "option=miimon",
      },
      {
        "field": "--interface",
        "problem": "is yes or no",
        "value": "bmc=maybe",
      },
      {
        "field": "--interface",
        "problem": "needs an ip= of ipv4 too",
        "value": "gateway=192.0.2.1",
      },
      {
        "field": "--remove-interface",
        "problem": "there is no such one",
        "remedy": "there are: mac, eth0, eth1",
        "value": "eth7",
      },
    ]
  `);
});

/** The installer's own network script, with the real ip(8), in a network of two sides. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Network } from '@resole/protocol';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { networkArguments } from '../../packages/controller/src/plan/network/index.ts';
import { networks } from '../../packages/controller/src/plan/network/networks.fixture.ts';

const script = join(import.meta.dirname, '../../packages/controller/assets/image/network.sh');

/**
 * $1 the command line, $2 the card's MAC, $3 the gateway, $4 the machine's address, $5 one behind the
 * gateway, $6 the VLAN, $7 a file for resolv.conf. A card by veth; the gateway in a namespace beyond.
 */
const program = `
set -e
mount -t sysfs sys /sys
mount --bind "$7" /etc/resolv.conf
ip link set lo up
unshare --net sleep 60 >/dev/null 2>&1 & far=$!
trap 'kill $far' EXIT
until [ "$(readlink /proc/$far/ns/net)" != "$(readlink /proc/$$/ns/net)" ]; do sleep 0.05; done
there() { nsenter --target $far --net "$@"; }
ip link add eth7 address "$2" type veth peer name far netns $far
there ip link set lo up
there ip link set far up
link=far
if [ -n "$6" ]; then
  link=far.$6
  there ip link add link far name $link type vlan id $6
  there ip link set $link up
fi
case $3 in
  *:*)
    there sysctl -qw net.ipv6.conf.all.forwarding=1
    there ip addr add "$3/64" dev $link nodad
    there ip -6 route replace "$4/128" dev $link ;;
  *)
    there ip addr add "$3/32" dev $link
    there ip route replace "$4/32" dev $link ;;
esac
there ip addr add "$5" dev lo
. ${script}
commandline=$1
arguments() { echo "$commandline" | tr ' ' '\\n' | sed -n "s/^$1=//p"; }
say() { :; }
# A veth is no hardware.
first_card() { echo eth7; }
network_up
ip -o addr show scope global | awk '{ print $2, $4 }'
{ ip route show default; ip -6 route show default; } | sed 's/ metric.*//; s/ onlink.*//'
wait_for 20 busybox ping -c 1 -W 1 "$5" >/dev/null && echo reached
`;

/** What the installer has then, and whether it reaches an address behind the gateway. */
const carriedOut = async (network: Network, reach?: 'ipv4' | 'ipv6') => {
  const folder = await mkdtemp(join(tmpdir(), 'resole-network-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const resolver = join(folder, 'resolv.conf');
  await writeFile(resolver, '');
  const commandLine = networkArguments('image', network, 'web1', reach).join(' ');
  const six = commandLine.includes('ip=[');
  const { gateway = '', addresses } = six ? network.ipv6 : network.ipv4;
  const { stdout } = await execa('unshare', [
    ...['--net', '--mount', '--kill-child', 'dash', '-c', program, 'sh', commandLine],
    ...[network.mac, gateway, addresses[0]?.address ?? ''],
    ...[six ? '2001:db8:aaaa::1' : '198.18.0.1', `${network.vlan ?? ''}`, resolver],
  ]);
  return `${stdout}\n${await readFile(resolver, 'utf8')}`.trim().split('\n');
};

const works = async (command: string): Promise<boolean> =>
  (await execa('unshare', ['--net', 'sh', '-c', command], { reject: false })).exitCode === 0;

const vlan = await works(
  'ip link add eth7 type dummy && ip link add link eth7 name eth7.5 type vlan id 5',
);
if (!vlan) console.warn('the kernel of this machine has no VLANs: they are not tried');

type Row = [title: string, reach: 'ipv4' | 'ipv6', address: string, gateway: string];

const rows: Row[] = [
  ['static IPv4', 'ipv4', '192.0.2.10/24', '192.0.2.1'],
  ['static IPv4, gateway outside the subnet', 'ipv4', '203.0.113.7/26', '198.51.100.1'],
  ['static IPv4 /32, gateway outside', 'ipv4', '203.0.113.7/32', '172.31.1.1'],
  ['static IPv4 and static IPv6', 'ipv4', '192.0.2.10/24', '192.0.2.1'],
  ['static IPv4 and static IPv6', 'ipv6', '2001:db8:1::10/64', '2001:db8:1::1'],
  ['static IPv6', 'ipv6', '2001:db8:1::10/64', '2001:db8:1::1'],
  ['static IPv6, link-local gateway', 'ipv6', '2001:db8:1::10/64', 'fe80::1'],
  ['static IPv6, gateway outside the subnet', 'ipv6', '2001:db8:1::10/128', '2001:db8:ff::1'],
  ['DHCPv6', 'ipv6', '2001:db8:1:0:5054:ff:fe12:3456/64', 'fe80::1'],
];

// Not every kernel that tests run under has VLANs.
const tagged: Row[] = [
  ['static IPv4 on a VLAN', 'ipv4', '192.0.2.10/24', '192.0.2.1'],
  ['static IPv4 on a VLAN, gateway outside', 'ipv4', '203.0.113.7/32', '172.31.1.1'],
  ['static IPv6 on a VLAN', 'ipv6', '2001:db8:1::10/64', '2001:db8:1::1'],
];

test.each([...rows, ...(vlan ? tagged : [])])(
  '%s, by %s',
  async (title, reach, address, gateway) => {
    const network = networks[title] as Network;
    const device = network.vlan === undefined ? 'boot0' : `boot0.${network.vlan}`;
    const servers = network.dns.filter(
      (server) => !server.includes('%') && server.includes(':') === (reach === 'ipv6'),
    );
    expect(await carriedOut(network, reach)).toEqual([
      `${device} ${address}`,
      `default via ${gateway} dev ${device}`,
      'reached',
      ...servers.map((server) => `nameserver ${server}`),
    ]);
  },
);

import { join } from 'node:path';
import { ResoleError } from '@resole/protocol';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { networkArguments } from '../../plan/network/index.ts';
import { networks } from '../../plan/network/networks.fixture.ts';

const assets = join(import.meta.dirname, '../../../assets/image');

/** What touches the machine says only what it would do; $1 is the kernel command line. */
const stubs = `
. "$2/network.sh"
commandline=$1
arguments() { echo "$commandline" | tr ' ' '\\n' | sed -n "s/^$1=//p"; }
ip() { echo "ip $*"; }
say() { :; }
modprobe() { echo "modprobe $*"; }
card_with_mac() { echo eth7; }
first_card() { echo eth7; }
has_carrier() { :; }
has_ipv6() { :; }
use_at_once() { echo "use $1 at once"; }
dhcp() { echo "dhcp $1"; }
name_servers() { arguments nameserver | sed 's/^/nameserver /'; }
network_up || echo "failed"
`;

const carriedOut = async (commandLine: string): Promise<string> => {
  const { stdout, stderr } = await execa('dash', ['-c', stubs, 'sh', commandLine, assets]);
  expect(stderr).toBe('');
  return stdout;
};

test('what the installer does with each network’s kernel arguments', async () => {
  const seen: string[] = [];
  for (const [title, network] of Object.entries(networks)) {
    let commandLine: string;
    try {
      commandLine = networkArguments('image', network, 'web1.example.org').join(' ');
    } catch (error) {
      if (error instanceof ResoleError) continue;
      throw error;
    }
    const lines = await carriedOut(`quiet ${commandLine} console=ttyS0`);
    seen.push(
      [title, `  ${commandLine}`, ...lines.split('\n').map((line) => `    ${line}`)].join('\n'),
    );
  }
  await expect(`${seen.join('\n\n')}\n`).toMatchFileSnapshot(
    '../../../../../test/golden/image/network.txt',
  );
});

test('without arguments: DHCP on the first card', async () => {
  expect(await carriedOut('quiet')).toBe(await carriedOut('ip=dhcp'));
});

test('IPv6 routes as dracut writes them, by the way of a gateway', async () => {
  const commandLine = 'ip=eth0:auto6 rd.route=[2001:db8:9::/48]:[fe80::1]:eth0';
  expect(await carriedOut(commandLine)).toContain(
    'ip route replace 2001:db8:9::/48 via fe80::1 dev eth0 onlink',
  );
});

test.each(['init', 'network.sh', 'dhcp-event'])('dash understands %s', async (name) => {
  const { stderr } = await execa('dash', ['-n', join(assets, name)]);
  expect(stderr).toBe('');
});

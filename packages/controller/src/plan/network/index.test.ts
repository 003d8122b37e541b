import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Network, ResoleError } from '@resole/protocol';
import { execa } from 'execa';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type NetworkSyntax, networkArguments, networkWarnings } from './index.ts';
import { networks } from './networks.fixture.ts';

const syntaxes: NetworkSyntax[] = ['image', 'dracut', 'netcfg', 'casper', 'linuxrc'];

const outcome = (make: () => string[]): string => {
  try {
    return make().join(' ');
  } catch (error) {
    if (!(error instanceof ResoleError)) throw error;
    return `${error.code}: ${error.message}; ${error.remedy}`;
  }
};

test('what each installer is told of each network', async () => {
  const table = Object.entries(networks).map(([title, network]) =>
    [
      title,
      ...syntaxes.map(
        (syntax) =>
          `  ${syntax.padEnd(8)}${outcome(() => networkArguments(syntax, network, 'web1.example.org'))}`,
      ),
      `  ${'warning'.padEnd(8)}${outcome(() => networkWarnings(network))}`.trimEnd(),
    ].join('\n'),
  );
  await expect(`${table.join('\n\n')}\n`).toMatchFileSnapshot(
    '../../../../../test/golden/network/arguments.txt',
  );
});

test('the IP version of the controller can be asked for', () => {
  const both = networks['static IPv4 and static IPv6'] as Network;
  expect(networkArguments('dracut', both, 'web1', 'ipv6')).toEqual([
    'ifname=boot0:52:54:00:12:34:56',
    'ip=[2001:db8:1::10]::[2001:db8:1::1]:64:web1:boot0:none',
    'nameserver=2001:db8::53',
    'rd.neednet=1',
  ]);
  expect(networkWarnings(both, 'ipv6')).toEqual([
    'until the new OS is up, the machine is without 192.0.2.10/24',
  ]);
  const only4 = networks['static IPv4'] as Network;
  expect(() => networkArguments('dracut', only4, 'web1', 'ipv6')).toThrow(
    'enp1s0 has no IPv6 address that an installer could use',
  );
});

test('a DHCPv6 lease is not known of a machine that nobody has seen', () => {
  const leased = networks.DHCPv6 as Network;
  const unseen = { ...leased, ipv6: { method: 'dhcp' as const, addresses: [] } };
  expect(outcome(() => networkArguments('dracut', unseen, 'web1'))).toContain('ip=boot0:dhcp6');
  expect(outcome(() => networkArguments('image', unseen, 'web1'))).toMatch(/^network-unsupported/);
});

test.each(['', 'web 1', 'web:1', 'web1 init=/bin/sh', '-web', 'ä', 'a'.repeat(65)])(
  'the hostname "%s" is refused',
  (hostname) => {
    const network = networks['static IPv4'] as Network;
    expect(() => networkArguments('dracut', network, hostname)).toThrow('is not a hostname');
  },
);

test('whatever an agent reports, no argument contains white space or a control character', () => {
  const text = fc.oneof(fc.ipV4(), fc.ipV6(), fc.string(), fc.constant('1.2.3.4 init=/bin/sh'));
  const addressing = fc.record(
    {
      method: fc.constantFrom('dhcp', 'auto', 'static', 'none'),
      addresses: fc.array(fc.record({ address: text, prefix: fc.integer({ min: 0, max: 32 }) })),
      gateway: text,
    },
    { requiredKeys: ['method', 'addresses'] },
  );
  const network = fc.record(
    {
      mac: fc.constant('52:54:00:12:34:56'),
      interface: text,
      vlan: fc.integer({ min: 1, max: 4094 }),
      ipv4: addressing,
      ipv6: addressing,
      dns: fc.array(text),
      search: fc.array(text),
    },
    { requiredKeys: ['mac', 'interface', 'ipv4', 'ipv6', 'dns', 'search'] },
  );
  fc.assert(
    fc.property(network, text, fc.constantFrom(...syntaxes), (network, hostname, syntax) => {
      try {
        const args = networkArguments(syntax, network as Network, hostname);
        for (const argument of args) expect(argument).toMatch(/^[\x21-\x7e]+$/);
      } catch (error) {
        expect(error).toBeInstanceOf(ResoleError);
      }
    }),
    { numRuns: 2000 },
  );
});

// A real parser of the same language, where this host has it.
const generator = '/usr/lib/systemd/systemd-network-generator';
test.skipIf(!existsSync(generator))('systemd understands the dracut arguments', async () => {
  const seen: string[] = [];
  for (const [title, network] of Object.entries(networks)) {
    const line = outcome(() => networkArguments('dracut', network, 'web1'));
    if (line.startsWith('network-')) continue;
    const root = await mkdtemp(join(tmpdir(), 'resole-network-'));
    try {
      await execa(generator, ['--root', root, '--', ...line.split(' ')]);
      const folder = join(root, 'run/systemd/network');
      const files = (await readdir(folder)).sort();
      const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
      const lines = texts.flatMap((text) => text.split('\n')).filter((text) => text.includes('='));
      seen.push([title, ...lines.map((text) => `  ${text}`)].join('\n'));
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  }
  await expect(`${seen.join('\n\n')}\n`).toMatchFileSnapshot(
    '../../../../../test/golden/network/systemd.txt',
  );
});

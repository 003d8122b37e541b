import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { answerVariables } from './answer-file.fixture.ts';
import { connectedAs, debianCases } from './answer-files-debian.fixture.ts';
import { readShipped } from './library.ts';
import { render } from './render.ts';

const templates = await readShipped(join(import.meta.dirname, '../../templates'));
const golden = join(import.meta.dirname, '../../../../test/golden/image');
const answer = (variables: object) => render('image/answer-file.sh', templates, variables);

const cases = {
  'archive-dhcp': answerVariables,
  'archive-static': connectedAs('static'),
  'archive-dual-stack': connectedAs('dual-stack'),
  'archive-bond-vlan': connectedAs('bond-vlan'),
  'disk-image-static-vlan': {
    ...answerVariables,
    image: { ...answerVariables.image, format: 'raw.zst' },
    network: {
      mac: '52:54:00:12:34:56',
      interface: 'enp1s0.5',
      vlan: 5,
      ipv4: {
        method: 'static',
        addresses: [{ address: '203.0.113.7', prefix: 32 }],
        gateway: '198.51.100.1',
      },
      ipv6: {
        method: 'static',
        addresses: [
          { address: '2001:db8:1::10', prefix: 128 },
          { address: '2001:db8:1::11', prefix: 128 },
        ],
        gateway: '2001:db8:ff::1',
      },
      dns: ['198.51.100.53', '2001:db8::53'],
      search: ['example.org', 'example.net'],
    },
    interfaces: [
      {
        name: 'enp1s0',
        kind: 'ethernet',
        mac: '52:54:00:12:34:56',
        primary: false,
        ipv4: { method: 'none', addresses: [], default_route: false },
        ipv6: { method: 'none', addresses: [], default_route: false },
      },
      {
        name: 'enp1s0.5',
        kind: 'vlan',
        vlan: { id: 5, parent: 'enp1s0' },
        primary: true,
        ipv4: {
          method: 'static',
          addresses: [{ address: '203.0.113.7', prefix: 32, netmask: '255.255.255.255' }],
          ...{ gateway: '198.51.100.1', default_route: true },
        },
        ipv6: {
          method: 'static',
          addresses: [
            { address: '2001:db8:1::10', prefix: 128 },
            { address: '2001:db8:1::11', prefix: 128 },
          ],
          ...{ gateway: '2001:db8:ff::1', default_route: true },
        },
      },
    ],
    name_servers: ['198.51.100.53', '2001:db8::53'],
    search_domains: ['example.org', 'example.net'],
    repos: debianCases.static?.repos,
    users: debianCases.static?.users,
    kernel_options_post: 'panic=10',
    root_password_hash: '$6$salt$hash',
    ssh: { authorized_keys: [] },
    vars: {},
  },
};

describe.each(Object.entries(cases))('%s', (name, variables) => {
  test('the whole answer file', async () => {
    await expect(answer(variables)).toMatchFileSnapshot(join(golden, `${name}.sh`));
  });

  test.each(['bash', 'dash'])('%s understands it', async (shell) => {
    const { stderr } = await execa(shell, ['-n'], { input: answer(variables) });
    expect(stderr).toBe('');
  });
});

test('what comes from outside stays one word of the shell', async () => {
  const evil = `'"; touch /tmp/pwned; $(reboot) \`reboot\` #\n`;
  const text = answer({
    ...answerVariables,
    system: { ...answerVariables.system, hostname: evil },
    disk: { ...answerVariables.disk, id: `serial:${evil}` },
    name_servers: [evil],
    search_domains: [evil],
    agent: { ...answerVariables.agent, join_token: evil, unit: evil, config: evil },
    ssh: { authorized_keys: [evil] },
    vars: { kernel_options: evil },
  });
  const words = [evil, JSON.stringify(evil)].map((word) => word.replaceAll("'", "'\\''"));
  const rest = words.reduce((left, word) => left.replaceAll(word, ''), text);
  expect(rest).not.toContain('pwned');
  await execa('bash', ['-n'], { input: text });
});

test('the kernel command line', () => {
  const variables = {
    ...answerVariables,
    network_args: 'ifname=boot0:52:54:00:12:34:56 ip=boot0:dhcp',
    kernel_options: 'console=ttyS0',
  };
  expect(render('image/boot-args', templates, variables).trim()).toBe(
    'resole.answer=http://192.0.2.1:8080/p/TOKEN/answer-file panic=60 ' +
      'ifname=boot0:52:54:00:12:34:56 ip=boot0:dhcp console=ttyS0',
  );
});

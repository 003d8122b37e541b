import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { renderFiles } from '../answers/render.ts';
import { answerVariables } from '../templates/answer-file.fixture.ts';
import { connectedAs, debianCases } from '../templates/answer-files-debian.fixture.ts';
import type { Templates } from '../templates/environment.ts';
import { readShipped } from '../templates/library.ts';
import { render } from '../templates/render.ts';
import { packSpace } from './config-space.ts';

const templates = await readShipped(join(import.meta.dirname, '../../templates'));
const here = {
  renderAll: async (names: readonly string[], texts: Templates, variables: string) =>
    names.map((name) => render(name, texts, JSON.parse(variables))),
};
const spaceOf = (texts: Templates, variables: object) =>
  renderFiles(here, { template: 'fai/', variables: JSON.stringify(variables) }, texts);
const golden = join(import.meta.dirname, '../../../../test/golden/fai');

const cases = {
  dhcp: answerVariables,
  static: connectedAs('static'),
  'dual-stack': connectedAs('dual-stack'),
  'bond-vlan': connectedAs('bond-vlan'),
  'static-vlan-packages': {
    ...answerVariables,
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
        addresses: [{ address: '2001:db8:1::10', prefix: 64 }],
        gateway: '2001:db8:1::1',
      },
      dns: ['198.51.100.53', '2001:db8::53'],
      search: ['example.org', 'example.net'],
    },
    interfaces: debianCases['bond-vlan']?.interfaces,
    name_servers: ['198.51.100.53', '2001:db8::53'],
    search_domains: ['example.org', 'example.net'],
    repos: debianCases.static?.repos,
    users: debianCases.static?.users,
    kernel_options_post: 'panic=10',
    root_password_hash: '$6$salt$hash',
    ssh: { authorized_keys: [] },
    vars: {
      packages: ['htop', 'rsync'],
      sources_list: 'deb http://deb.example.org/debian bookworm main',
      kernel_options: 'quiet console=ttyS1,115200',
    },
  },
};

describe.each(Object.entries(cases))('%s', async (name, variables) => {
  const files = await spaceOf(templates, variables);

  test('the whole configuration space', async () => {
    const space = files.map(
      ({ path, mode, text }) => `##### ${path} ${mode.toString(8)}\n${text.replace(/\n?$/, '\n')}`,
    );
    await expect(space.join('\n')).toMatchFileSnapshot(join(golden, `${name}.txt`));
  });

  const scripts = files.filter(({ mode, path }) => mode === 0o755 || path === 'hooks/subroutines');
  test.each(scripts)('bash understands $path', async ({ text }) => {
    const { stderr } = await execa('bash', ['-n'], { input: text });
    expect(stderr).toBe('');
  });
});

test('what comes from outside stays one word of the shell', async () => {
  const evil = `'"; touch /tmp/pwned; $(reboot) \`reboot\` #\n`;
  const files = await spaceOf(templates, {
    ...answerVariables,
    system: { ...answerVariables.system, hostname: evil },
    disk: { ...answerVariables.disk, id: `serial:${evil}` },
    agent: { ...answerVariables.agent, join_token: evil, unit: evil, config: evil },
    vars: { kernel_options: evil, sources_list: evil, packages: ['htop'] },
  });
  const quoted = evil.replaceAll("'", "'\\''");
  for (const { path, mode, text } of files) {
    if (mode === 0o644 && path !== 'hooks/subroutines') continue;
    expect(text.replaceAll(quoted, ''), path).not.toContain('pwned');
    await execa('bash', ['-n'], { input: text });
  }
});

test('tar unpacks it with its modes; equal input gives equal bytes', async () => {
  const own = {
    'fai/hooks/run': '#!/bin/sh\n',
    'fai/files/text': '{% include "fai/_part" %}',
    'fai/_part': 'part {{ word }}\n',
    'fai/nothing': '\n{# only a comment #}\n',
    'fai/boot-args': 'root=',
    'other/file': 'x',
  };
  const archive = await packSpace(await spaceOf(own, { word: 'ö' }));
  expect((await packSpace(await spaceOf(own, { word: 'ö' }))).equals(archive)).toBe(true);
  const folder = await mkdtemp(join(tmpdir(), 'config-space-'));
  try {
    await execa('tar', ['-xzC', folder], { input: archive });
    const { stdout } = await execa('find', [folder, '-type', 'f', '-printf', '%P %m %s\\n']);
    expect(stdout.split('\n').sort()).toEqual(['files/text 644 8', 'hooks/run 755 10']);
    expect((await readdir(folder)).sort()).toEqual(['files', 'hooks']);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a prefix without templates is an error, not an empty space', async () => {
  await expect(spaceOf({}, {})).rejects.toThrow('no template below fai/');
});

test('the kernel command line', () => {
  const line = render('fai/boot-args', templates, {
    urls: answerVariables.urls,
    network_args: 'ifname=boot0:52:54:00:12:34:56 ip=boot0:dhcp',
    kernel_options: 'console=ttyS0',
    system: answerVariables.system,
    vars: {},
  });
  expect(line.trim().split(/\s+/)).toMatchInlineSnapshot(`
    [
      "root=live:http://192.0.2.1:8080/p/TOKEN/tree/squash.img",
      "rd.live.image",
      "rd.live.overlay.overlayfs=1",
      "rw",
      "rd.neednet=1",
      "rd.net.timeout.carrier=30",
      "rd.net.dhcp.retry=30",
      "rd.net.timeout.ipv6dad=15",
      "rd.shell=0",
      "rd.emergency=reboot",
      "panic=60",
      "FAI_ACTION=install",
      "FAI_FLAGS=verbose,reboot",
      "FAI_CONFIG_SRC=http://192.0.2.1:8080/p/TOKEN/config.tar.gz",
      "resole_events=http://192.0.2.1:8080/p/TOKEN/events",
      "hostname=web1.example.org",
      "ifname=boot0:52:54:00:12:34:56",
      "ip=boot0:dhcp",
      "console=ttyS0",
    ]
  `);
});

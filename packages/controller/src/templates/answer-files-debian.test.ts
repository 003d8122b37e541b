import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import {
  expectCloudConfig,
  expectPreseed,
  expectShell,
  netplanned,
  preseeded,
  written,
} from './answer-files-debian.checks.ts';
import { debianCases, evilVariables } from './answer-files-debian.fixture.ts';
import { readShipped } from './library.ts';
import { render } from './render.ts';
import type { AnswerVariables } from './variables.ts';

const templates = await readShipped(join(import.meta.dirname, '../../templates'));
const golden = join(import.meta.dirname, '../../../../test/golden/answer-files');
const cases = Object.entries({ ...debianCases, evil: evilVariables });
const pwned = join('/tmp', 'pwned');

/** Keys that the autoinstall reference manual has in common for all releases of version 1. */
const documented = new Set([
  'version',
  'early-commands',
  'late-commands',
  'error-commands',
  'locale',
  'refresh-installer',
  'keyboard',
  'network',
  'proxy',
  'apt',
  'storage',
  'identity',
  'ssh',
  'snaps',
  'packages',
  'timezone',
  'updates',
  'reporting',
  'user-data',
]);

const kept = async (family: string, name: string, extension: string, text: string) => {
  if (name === 'evil') return;
  await expect(text).toMatchFileSnapshot(join(golden, family, `${name}.${extension}`));
};

describe.each(cases)('%s', (name, variables) => {
  test('preseed', async () => {
    const text = render('debian-installer/preseed.cfg', templates, variables);
    await kept('debian-installer', name, 'cfg', text);
    await expectPreseed(text);
    const values = preseeded(text);
    expect([...values.keys()].filter((question) => question.includes('pwned'))).toEqual([]);
    const script = await written(values.get('preseed/early_command') ?? '');
    expect(script).toMatch(/^#!\/bin\/sh\n/);
    await expectShell(['busybox sh', 'dash', 'bash'], script);
    expect(values.get('partman/early_command')).toBe('sh /tmp/resole.sh disk');
    expect(values.get('preseed/late_command')).toBe('sh /tmp/resole.sh late');
  });

  test('autoinstall', async () => {
    const text = render('subiquity/user-data', templates, variables);
    await kept('subiquity', name, 'user-data', text);
    await expectCloudConfig(text);
    const { autoinstall } = parse(text);
    expect(Object.keys(autoinstall).filter((key) => !documented.has(key))).toEqual([]);
    expect(autoinstall).toMatchObject({
      version: 1,
      storage: { layout: { name: 'direct', match: { path: '@RESOLE_DISK@' } } },
      ssh: { 'install-server': true, 'allow-pw': false },
    });
    const commands = ['early-commands', 'late-commands', 'error-commands'];
    for (const command of commands.flatMap((key) => autoinstall[key])) {
      await expectShell(['dash'], command);
    }
    await expectShell(['bash'], render('subiquity/script.sh', templates, variables));
    await expectCloudConfig(`#cloud-config\n${JSON.stringify(autoinstall['user-data'])}`);
    if (name !== 'evil') await netplanned(autoinstall.network.network);
    expect(parse(render('subiquity/meta-data', templates, variables))).toHaveProperty(
      'instance-id',
    );
  });

  test('cloud-init', async () => {
    const text = render('cloud-init/user-data', templates, variables);
    const network = render('cloud-init/network-config', templates, variables);
    const meta = render('cloud-init/meta-data', templates, variables);
    await kept('cloud-init', name, 'user-data', text);
    await kept('cloud-init', name, 'network-config', network);
    await kept('cloud-init', name, 'meta-data', meta);
    await expectCloudConfig(text);
    await expectShell(['bash'], parse(text).write_files[0].content);
    expect(parse(meta)['local-hostname']).toBe(variables.system.hostname);
    if (name === 'evil') return;
    expect(await netplanned(parse(network))).toEqual(
      variables.interfaces
        .flatMap(({ name: card, kind }) => [
          `10-netplan-${card}.${kind === 'ethernet' ? 'link' : 'netdev'}`,
          `10-netplan-${card}.network`,
        ])
        .sort(),
    );
  });

  test('nothing of it was run', async () => {
    await expect(readFile(pwned)).rejects.toThrow('ENOENT');
  });
});

test('kernel command lines', () => {
  const variables = {
    urls: debianCases.dhcp?.urls,
    network_args: 'ip=dhcp',
    kernel_options: 'console=ttyS0',
    system: { hostname: 'web1.example.org' },
    vars: {},
  };
  const line = (name: string) => render(name, templates, variables).trim().replaceAll(/\s+/g, ' ');
  expect(line('subiquity/boot-args')).toBe(
    'autoinstall ds=nocloud-net;s=http://192.0.2.1:8080/p/TOKEN/answer-file/ ' +
      'cloud-config-url=/dev/null url=http://192.0.2.1:8080/p/TOKEN/tree/install.iso panic=60 ip=dhcp console=ttyS0',
  );
  expect(line('debian-installer/boot-args')).toBe(
    'auto=true priority=critical url=http://192.0.2.1:8080/p/TOKEN/answer-file ' +
      'hostname=web1.example.org domain= panic=60 ip=dhcp console=ttyS0',
  );
  expect(line('linux/boot-args')).toBe('panic=60 ip=dhcp console=ttyS0');
});

test('packages may be words, as an operator types them', () => {
  const variables = debianCases['dual-stack'];
  const names = ['debian-installer/preseed.cfg', 'subiquity/user-data', 'cloud-init/user-data'];
  const listed = { packages: ['htop', 'rsync'], tasks: ['standard', 'web-server'] };
  const worded = { packages: 'htop rsync', tasks: 'standard, web-server' };
  for (const name of [...names, 'fai/package_config/RESOLE']) {
    const of = (vars: object) => render(name, templates, { ...variables, vars });
    expect(of(listed)).toContain('rsync');
    expect(of(worded)).toBe(of(listed));
  }
});

test.each(['dnf', 'zypper'] as const)('cloud-init, for images with %s', async (type) => {
  const variables = debianCases.static as AnswerVariables;
  const repos = variables.repos.map((repo) => ({ ...repo, type, options: {}, suites: [] }));
  const text = render('cloud-init/user-data', templates, { ...variables, repos });
  await kept('cloud-init', `${type}-static`, 'user-data', text);
  await expectCloudConfig(text);
  const disabled = repos.map((repo) => ({ ...repo, enabled: false }));
  const off = render('cloud-init/user-data', templates, { ...debianCases.dhcp, repos: disabled });
  await expectCloudConfig(off);
  expect(parse(off)).not.toHaveProperty('apt');
  for (const each of [text, off]) await expectShell(['bash'], parse(each).bootcmd[0].at(-1));
});

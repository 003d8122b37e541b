import type { Distro, Profile, Settings, System } from '@resole/protocol';
import { expect, test } from 'vitest';
import { type Chain, resolve } from './resolve.ts';

const stored = (id: string) => ({
  id,
  revision: 1,
  createdAt: '2026-01-02T03:04:05.678Z',
  updatedAt: '2026-01-02T03:04:05.678Z',
});
const settings: Settings = {
  ...stored('set_1'),
  vars: { timezone: 'UTC', users: ['root'], ntp: { servers: ['a'], iburst: true } },
  deadlines: { installing: 600, queued: 60 },
};
const distro: Distro = {
  ...stored('dst_1'),
  name: 'debian-13',
  family: 'image',
  breed: 'debian',
  version: '13',
  arch: 'x86_64',
  kernel: { path: '/k' },
  initrd: { path: '/i' },
  kernelOptions: { console: 'ttyS0', quiet: '', splash: '' },
  minMemoryMiB: 700,
};
const base: Profile = {
  ...stored('prf_1'),
  name: 'base',
  distro: 'dst_1',
  vars: { users: ['root', 'ops'], ntp: { servers: ['b', 'c'] }, role: 'none' },
  authorizedKeys: ['ssh-ed25519 A'],
};
const web: Profile = {
  ...stored('prf_2'),
  name: 'web',
  parent: 'prf_1',
  kernelOptions: { splash: null, console: ['tty0', 'ttyS0'] },
  vars: { role: { name: 'web' }, ntp: { iburst: null } },
  deadlines: { installing: 900 },
};
const system: System = {
  ...stored('sys_1'),
  name: 'web1',
  profile: 'prf_2',
  kernelOptions: { quiet: null },
  vars: { timezone: null, ntp: 'off' },
  authorizedKeys: [],
};

const origin = (noun: string, id: string, name?: string) =>
  name === undefined ? { noun, id } : { noun, id, name };

test('scalars override, maps merge, null takes away, lists replace; every value has its origin', () => {
  expect(resolve({ settings, distro, profiles: [base, web], system })).toEqual({
    distro,
    profile: web,
    options: {
      vars: { users: ['root', 'ops'], ntp: 'off', role: { name: 'web' } },
      deadlines: { installing: 900, queued: 60 },
      kernelOptions: { console: ['tty0', 'ttyS0'] },
      minMemoryMiB: 700,
      authorizedKeys: [],
    },
    origins: {
      'vars.users': origin('profile', 'prf_1', 'base'),
      'vars.ntp': origin('system', 'sys_1', 'web1'),
      'vars.role.name': origin('profile', 'prf_2', 'web'),
      'deadlines.installing': origin('profile', 'prf_2', 'web'),
      'deadlines.queued': origin('settings', 'set_1'),
      'kernelOptions.console': origin('profile', 'prf_2', 'web'),
      minMemoryMiB: origin('distro', 'dst_1', 'debian-13'),
      authorizedKeys: origin('system', 'sys_1', 'web1'),
    },
  });
});

test('mappings merge at any depth, and can be emptied key by key', () => {
  const { options, origins } = resolve({ settings, distro, profiles: [base, web] });
  expect(options.vars).toEqual({
    timezone: 'UTC',
    users: ['root', 'ops'],
    ntp: { servers: ['b', 'c'] },
    role: { name: 'web' },
  });
  expect(Object.keys(origins)).not.toContain('vars.ntp.iburst');
  const kernelOptions = { console: null, quiet: null, splash: null };
  const emptied = resolve({ distro, profiles: [{ ...base, kernelOptions }] });
  expect(emptied.options).not.toHaveProperty('kernelOptions');
});

test('`!key` takes a key away as null does; <<inherit>> says nothing', () => {
  const vars = { '!users': '', ntp: { '!servers': null, servers: ['d'] }, role: '<<inherit>>' };
  const kernelOptions = { '!splash': '', quiet: '<<inherit>>' };
  const top = { ...base, vars: { ...base.vars, role: 'top' } };
  const sub = { ...web, vars, kernelOptions, minMemoryMiB: '<<inherit>>' as unknown as number };
  expect(resolve({ settings, distro, profiles: [top, sub] })).toMatchObject({
    options: {
      vars: { timezone: 'UTC', ntp: { servers: ['d'], iburst: true }, role: 'top' },
      kernelOptions: { console: 'ttyS0', quiet: '' },
      minMemoryMiB: 700,
    },
    origins: {
      'vars.ntp.servers': origin('profile', 'prf_2', 'web'),
      'vars.role': origin('profile', 'prf_1', 'base'),
      'kernelOptions.quiet': origin('distro', 'dst_1', 'debian-13'),
      minMemoryMiB: origin('distro', 'dst_1', 'debian-13'),
    },
  });
});

test('one value, or a list, is taken away by `!field`', () => {
  const proxy = 'http://proxy.example.org:3128';
  const top = { ...base, proxy };
  const sub = { ...web, '!proxy': null, '!authorizedKeys': null, '!minMemoryMiB': null };
  const { options, origins } = resolve({ settings, distro, profiles: [top, sub] });
  for (const field of ['proxy', 'authorizedKeys', 'minMemoryMiB', '!proxy']) {
    expect(options).not.toHaveProperty(field);
    expect(origins).not.toHaveProperty([field]);
  }
  expect(resolve({ settings, distro, profiles: [top] }).options.proxy).toBe(proxy);
});

test('keys with dots are keys of their own', () => {
  const kernelOptions = { 'rd.luks': '0', 'rd.luks.uuid': 'a', rd: '' };
  const top = { ...base, kernelOptions };
  const sub = { ...web, kernelOptions: { '!rd.luks': null, rd: null } };
  const { options, origins } = resolve({ distro, profiles: [top, sub] });
  expect(options.kernelOptions).toEqual({ ...distro.kernelOptions, 'rd.luks.uuid': 'a' });
  expect(origins['kernelOptions.rd.luks.uuid']).toEqual(origin('profile', 'prf_1', 'base'));
  expect(origins).not.toHaveProperty(['kernelOptions.rd.luks']);
});

test('every value has an origin, and nothing else has', () => {
  const { options, origins } = resolve({ settings, distro, profiles: [base, web], system });
  const paths = (value: object, prefix = ''): string[] =>
    Object.entries(value).flatMap(([key, inner]) =>
      typeof inner === 'object' && inner !== null && !Array.isArray(inner)
        ? paths(inner, `${prefix}${key}.`)
        : [`${prefix}${key}`],
    );
  expect(Object.keys(origins).sort()).toEqual(paths(options).sort());
});

test('only options are handed down, and nothing that was given is changed', () => {
  const chain: Chain = { settings, distro, profiles: [base, web], system };
  const before = structuredClone(chain);
  const { options } = resolve(chain);
  expect(chain).toEqual(before);
  expect(options).not.toHaveProperty('name');
  expect(options).not.toHaveProperty('kernel');
});

test('a key with an evil name is a key like any other', () => {
  const vars = JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}');
  const { options } = resolve({ distro, profiles: [{ ...base, vars }] });
  expect(JSON.stringify(options.vars)).toBe('{"__proto__":{"polluted":true},"constructor":1}');
  expect({}).not.toHaveProperty('polluted');
});

test('a chain of any depth costs next to nothing', () => {
  const profiles = Array.from({ length: 200 }, (_, index) => ({ ...base, id: `prf_${index}` }));
  const start = performance.now();
  for (let run = 0; run < 10; run++) resolve({ distro, profiles: [base, ...profiles], system });
  expect((performance.now() - start) / 10).toBeLessThan(100);
});

test('a bridge takes the place of an inherited network, and a network that of a bridge', () => {
  const networked: Profile = { ...base, virt: { network: 'lan', cpus: 2 } };
  const bridged: Profile = { ...web, virt: { bridge: 'br0' } };
  const { options, origins } = resolve({ distro, profiles: [networked, bridged] });
  expect(options.virt).toEqual({ bridge: 'br0', cpus: 2 });
  expect(Object.keys(origins).filter((path) => path.startsWith('virt'))).toEqual([
    'virt.cpus',
    'virt.bridge',
  ]);
  const back: System = { ...system, virt: { network: 'dmz' } };
  const below = resolve({ distro, profiles: [networked, bridged], system: back });
  expect(below.options.virt).toEqual({ network: 'dmz', cpus: 2 });
  const both: Profile = { ...bridged, virt: { bridge: 'br0', network: 'lan' } };
  expect(resolve({ distro, profiles: [base, both] }).options.virt).toEqual(both.virt);
});

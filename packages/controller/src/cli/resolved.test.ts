import { expect, test } from 'vitest';
import { resolvedRows } from './resolved.ts';

const stored = { id: 'x', revision: 1, createdAt: 'now', updatedAt: 'now' };

test('every value of a system with the object that it came from', () => {
  const rows = resolvedRows({
    system: {
      ...stored,
      name: 'web1',
      profile: 'prf_1',
      interfaces: { eth0: { ipv4: { method: 'static', addresses: ['192.0.2.10/24'] } } },
      vars: { role: 'one', gone: null },
    },
    profile: { ...stored, name: 'web', parent: 'prf_0' },
    distro: { ...stored, name: 'debian12', kernel: { path: '/linux' }, kernelOptions: { q: '' } },
    options: {
      minMemoryMiB: 1024,
      kernelOptions: { console: ['tty0', 'ttyS0,115200'], quiet: '' },
      vars: { role: 'one', list: [1, { a: 2 }] },
    },
    origins: {
      minMemoryMiB: { noun: 'settings' },
      'kernelOptions.console': { noun: 'profile', name: 'base' },
      'kernelOptions.quiet': { noun: 'profile', name: 'base' },
      'vars.role': { noun: 'system', name: 'web1' },
      'vars.list': { noun: 'profile', name: 'web' },
    },
  });
  expect(rows.map(({ field, value, from }) => `${field} | ${value} | ${from}`)).toEqual([
    'name | web1 | system web1',
    'interfaces.eth0.ipv4.method | static | system web1',
    'interfaces.eth0.ipv4.addresses | 192.0.2.10/24 | system web1',
    'profile | web | system web1',
    'distro.name | debian12 | distro debian12',
    'distro.kernel.path | /linux | distro debian12',
    'minMemoryMiB | 1024 | settings',
    'kernelOptions.console | tty0, "ttyS0,115200" | profile base',
    'kernelOptions.quiet | "" | profile base',
    'vars.role | one | system web1',
    'vars.list | 1, {"a":2} | profile web',
  ]);
});

test('a system without a profile has its own values, and those of the settings', () => {
  const rows = resolvedRows({
    system: { ...stored, name: 'web1', macs: ['52:54:00:00:00:01'] },
    options: { proxy: 'http://p' },
    origins: { proxy: { noun: 'settings' } },
  });
  expect(rows.map(({ field, value, from }) => `${field} | ${value} | ${from}`)).toEqual([
    'name | web1 | system web1',
    'macs | 52:54:00:00:00:01 | system web1',
    'proxy | http://p | settings',
  ]);
});

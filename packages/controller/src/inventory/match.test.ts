import type { System } from '@resole/protocol';
import { describe, expect, test } from 'vitest';
import { freshName, matchSystem } from './match.ts';

const stamp = { revision: 1, createdAt: '2026-01-01T00:00:00Z', updatedAt: '2026-01-01T00:00:00Z' };
const system = (name: string, fields: Partial<System> = {}): System => ({
  id: `sys_${'a'.repeat(20)}`,
  name,
  ...stamp,
  ...fields,
});
const mac = '52:54:00:00:00:01';
const machine = { hostname: 'db1', machineUuid: 'AB-1', interfaces: [{ mac }] };
const byMac = system('by-mac', { interfaces: { eth0: { mac } } });
const byUuid = system('by-uuid', { machineUuid: 'ab-1' });
const blank = system('web', { hostname: 'db1' });
const other = system('other', { macs: ['52:54:00:00:00:02'] });

describe('the system that a machine is', () => {
  test.each([
    ['by MAC first', [byUuid, byMac], undefined, 'by-mac'],
    ['then by UUID', [blank, byUuid], undefined, 'by-uuid'],
    ['then by host name, where the system has no identity', [other, blank], undefined, 'web'],
    ['or nobody knows it', [other], undefined, undefined],
    ['a blank system that is named', [blank, other], 'web', 'web'],
    ['a known one that is named', [byMac, blank], 'by-mac', 'by-mac'],
    ['a name that is new', [other], 'new', undefined],
  ] as const)('%s', (_, systems, name, expected) => {
    expect(matchSystem(systems, machine, name)?.name).toBe(expected);
  });

  test('is not taken for another', () => {
    expect(() => matchSystem([other], machine, 'other')).toThrow('other is another machine');
    expect(() => matchSystem([byMac, blank], machine, 'web')).toThrow('is known as by-mac');
  });
});

test('a new name is one that can be typed and is free', () => {
  expect(freshName([], '_db 1.example')).toBe('db-1.example');
  expect(freshName([system('db1'), system('db1-2')], 'db1')).toBe('db1-3');
  expect(freshName([], '')).toBe('system');
});

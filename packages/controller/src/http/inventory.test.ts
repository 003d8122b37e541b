import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { Distro } from '@resole/protocol';
import { expect, test } from 'vitest';
import { filled, testApi } from './testing.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const later = new Date('2026-01-02T04:00:00.000Z');

test('what is added is stored with id, revision and times; names become ids', async () => {
  const api = testApi();
  const { distro, profile, system, files } = await filled(api);
  expect([distro.status, profile.status, system.status]).toEqual([201, 201, 201]);
  const stored = {
    revision: 1,
    createdAt: '2026-01-02T03:04:05.678Z',
    updatedAt: '2026-01-02T03:04:05.678Z',
  };
  expect(distro.body).toEqual({
    ...stored,
    id: expect.stringMatching(/^dst_/),
    name: 'debian-13',
    family: 'debian-installer',
    breed: 'debian',
    version: '13',
    arch: 'x86_64',
    kernel: { path: files.kernel, size: 8, sha256: sha256('a kernel') },
    initrd: { path: files.initrd, size: 9, sha256: sha256('an initrd') },
    kernelOptions: { console: 'ttyS0', quiet: '' },
    vars: { timezone: 'UTC', mail: { relay: 'mx1' } },
  });
  expect(profile.body).toMatchObject({ distro: distro.body.id });
  expect(system.headers.etag).toBe('"1"');
  expect(system.body).toEqual({
    ...stored,
    id: expect.stringMatching(/^sys_/),
    name: 'web1',
    profile: profile.body.id,
    hostname: 'web1.example.org',
    macs: ['52:54:00:ab:cd:ef'],
    machineUuid: '4c4c4544-0042-4810-8056-b4c04f395931',
    kernelOptions: { quiet: null },
  });
});

test('a system is found by id, name, hostname, MAC in any notation, UUID', async () => {
  const api = testApi();
  const { system } = await filled(api);
  const refs = [
    system.body.id,
    'web1',
    'WEB1.example.org',
    '5254.00ab.cdef',
    '52:54:00:AB:CD:EF',
    '4C4C4544-0042-4810-8056-B4C04F395931',
  ];
  for (const ref of refs) {
    expect((await api.ask('GET', `/v1/systems/${ref}`)).body).toEqual(system.body);
  }
  expect((await api.ask('GET', '/v1/systems/web2')).body.error).toEqual({
    code: 'not-found',
    message: 'there is no system "web2"',
    remedy: 'did you mean "web1"?',
  });
});

test('lists, filtered by name', async () => {
  const api = testApi();
  const { system } = await filled(api);
  const other = await api.ask('POST', '/v1/systems', { name: 'alone' });
  expect((await api.ask('GET', '/v1/systems')).body).toEqual([system.body, other.body]);
  expect((await api.ask('GET', '/v1/systems?name=web1')).body).toEqual([system.body]);
  expect((await api.ask('GET', '/v1/systems?name=we*&profile=web')).body).toEqual([system.body]);
  expect((await api.ask('GET', '/v1/systems?name=we')).body).toEqual([]);
  expect((await api.ask('GET', '/v1/systems?nmae=web1')).body.error).toMatchObject({
    code: 'invalid-input',
    message: 'the query: nmae: there is no such field',
    remedy: 'did you mean "name"?',
  });
});

test('an edit sets some fields, takes away others, and breaks no reference by renaming', async () => {
  const api = testApi();
  const { profile, system } = await filled(api);
  api.clock.now = later;
  const renamed = await api.ask('PATCH', '/v1/profiles/web', { name: 'www', comment: 'new name' });
  expect(renamed.body).toEqual({
    ...profile.body,
    name: 'www',
    comment: 'new name',
    revision: 2,
    updatedAt: later.toISOString(),
  });
  expect((await api.ask('PATCH', '/v1/profiles/www', { comment: null })).body).toEqual({
    ...profile.body,
    name: 'www',
    revision: 3,
    updatedAt: later.toISOString(),
  });
  expect((await api.ask('GET', '/v1/systems/web1')).body).toEqual(system.body);
  expect((await api.ask('GET', '/v1/systems/web1?resolved=true')).body).toMatchObject({
    profile: { name: 'www' },
  });
});

test('an edit that changes nothing makes no revision; what was read can be sent back', async () => {
  const api = testApi();
  const { system } = await filled(api);
  api.clock.now = later;
  expect((await api.ask('PATCH', '/v1/systems/web1', system.body)).body).toEqual(system.body);
  const { createdAt: _, ...changed } = { ...system.body, id: 'sys_other' };
  expect((await api.ask('PATCH', '/v1/systems/web1', changed)).body.error).toMatchObject({
    details: [{ field: 'id', problem: 'is kept by the controller' }],
  });
});

test('a file is measured when it is set, and not again by other edits', async () => {
  const api = testApi();
  const { files } = await filled(api);
  await writeFile(files.kernel, 'another kernel');
  const edit = (body: object) => api.ask<Distro>('PATCH', '/v1/distros/debian-13', body);
  expect((await edit({ comment: 'x' })).body.kernel?.size).toBe(8);
  expect((await edit({ kernel: { path: files.kernel } })).body.kernel).toEqual({
    path: files.kernel,
    size: 14,
    sha256: sha256('another kernel'),
  });
});

test('resolved: every value with the object that it came from', async () => {
  const api = testApi();
  const { distro, profile, system } = await filled(api);
  await api.ask('PATCH', '/v1/settings', { vars: { timezone: 'CET' }, minMemoryMiB: 900 });
  const origin = (noun: string, { body }: { body: { id: string; name: string } }) => ({
    noun,
    id: body.id,
    name: body.name,
  });
  const { body } = await api.ask('GET', '/v1/systems/web1?resolved=true');
  const settings = await api.ask<{ id: string }>('GET', '/v1/settings');
  expect(body).toEqual({
    system: system.body,
    distro: distro.body,
    profile: profile.body,
    options: {
      minMemoryMiB: 900,
      kernelOptions: { console: 'ttyS0' },
      vars: { timezone: 'UTC', mail: { relay: 'mx1', port: 25 } },
    },
    origins: {
      minMemoryMiB: { noun: 'settings', id: settings.body.id },
      'kernelOptions.console': origin('distro', distro),
      'vars.timezone': origin('distro', distro),
      'vars.mail.relay': origin('distro', distro),
      'vars.mail.port': origin('profile', profile),
    },
  });
  const own = { name: 'bare', kernelOptions: { quiet: '' } };
  const bare = await api.ask<{ id: string; name: string }>('POST', '/v1/systems', own);
  expect((await api.ask('GET', '/v1/systems/bare?resolved=true')).body).toEqual({
    system: bare.body,
    options: {
      minMemoryMiB: 900,
      kernelOptions: { quiet: '' },
      vars: { timezone: 'CET' },
    },
    origins: {
      minMemoryMiB: { noun: 'settings', id: settings.body.id },
      'vars.timezone': { noun: 'settings', id: settings.body.id },
      'kernelOptions.quiet': origin('system', bare),
    },
  });
  const ofProfile = await api.ask('GET', '/v1/profiles/web?resolved=true');
  expect(ofProfile.body).toMatchObject({ options: { kernelOptions: { quiet: '' } } });
});

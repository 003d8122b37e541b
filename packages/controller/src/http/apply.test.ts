import { expect, test } from 'vitest';
import { filled, testApi } from './testing.ts';

interface Applied {
  changes: { noun: string; name: string; action: string }[];
  unchanged: number;
}

test('a document is tried, applied, and exported again', async () => {
  const api = testApi();
  const { files } = await filled(api);
  const { body: exported } = await api.ask('GET', '/v1/export');
  expect(exported).toEqual({
    distros: {
      'debian-13': {
        family: 'debian-installer',
        breed: 'debian',
        version: '13',
        arch: 'x86_64',
        kernel: { path: files.kernel },
        initrd: { path: files.initrd },
        kernelOptions: { console: 'ttyS0', quiet: '' },
        vars: { timezone: 'UTC', mail: { relay: 'mx1' } },
      },
    },
    profiles: { web: { distro: 'debian-13', vars: { mail: { port: 25 } } } },
    systems: {
      web1: {
        profile: 'web',
        hostname: 'web1.example.org',
        machineUuid: '4c4c4544-0042-4810-8056-b4c04f395931',
        macs: ['52:54:00:ab:cd:ef'],
        kernelOptions: { quiet: null },
      },
    },
  });
  const document = {
    ...exported,
    profiles: { web: { distro: 'debian-13' }, db: { parent: 'web' } },
  };
  const changes = [
    {
      noun: 'profile',
      name: 'web',
      action: 'changed',
      before: { distro: 'debian-13', vars: { mail: { port: 25 } } },
      after: { distro: 'debian-13' },
    },
    { noun: 'profile', name: 'db', action: 'added', after: { parent: 'web' } },
  ];
  const tried = await api.ask<Applied>('POST', '/v1/apply?dryRun=true', document);
  expect(tried).toMatchObject({ status: 200, body: { changes, unchanged: 2 } });
  expect((await api.ask('GET', '/v1/export')).body).toEqual(exported);
  expect((await api.ask<Applied>('POST', '/v1/apply', document)).body.changes).toEqual(changes);
  expect((await api.ask('GET', '/v1/export')).body).toEqual(document);
  const pruned = await api.ask<Applied>('POST', '/v1/apply?prune=true', { profiles: { web: {} } });
  expect(pruned.body.error?.details).toMatchObject([
    { field: 'profiles.web.distro', problem: expect.stringContaining('is missing') },
  ]);
  const withIds = await api.ask('GET', '/v1/export?ids=true');
  expect(withIds.body).toMatchObject({ profiles: { db: { id: expect.stringMatching(/^prf_/) } } });
});

test('what is no document is refused', async () => {
  const { ask } = testApi();
  expect((await ask('POST', '/v1/apply', [])).body.error).toMatchObject({
    code: 'invalid-input',
    message: 'the inventory: is no mapping of nouns',
  });
  expect((await ask('POST', '/v1/apply?dryRn=true', {})).body.error).toMatchObject({
    message: 'the query: dryRn: there is no such field',
    remedy: 'did you mean "dryRun"?',
  });
});

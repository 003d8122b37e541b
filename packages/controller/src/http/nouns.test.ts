import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Image, Repo, System } from '@resole/protocol';
import { expect, test } from 'vitest';
import { filled, testApi } from './testing.ts';

test('repositories are handed down by name, and stay while they are used', async () => {
  const api = testApi();
  await filled(api);
  const repo = await api.ask<Repo>('POST', '/v1/repos', {
    name: 'debian',
    type: 'apt',
    url: 'http://deb.example.org/debian',
    suites: ['trixie'],
    components: ['main'],
  });
  expect(repo.status).toBe(201);
  const edited = await api.ask('PATCH', '/v1/profiles/web', { repos: ['debian'] });
  expect(edited.body).toMatchObject({ repos: [repo.body.id] });
  expect((await api.ask('DELETE', '/v1/repos/debian')).body.error).toMatchObject({
    code: 'object-in-use',
    message: 'repo "debian" is used by profile web',
  });
  expect((await api.ask('GET', '/v1/profiles?repos=debian')).body).toMatchObject([{ name: 'web' }]);
});

test('an image is measured', async () => {
  const api = testApi();
  const { files } = await filled(api);
  const path = join(files.folder, 'cloud.qcow2');
  await writeFile(path, 'an image');
  const input = { name: 'cloud', file: { path }, format: 'qcow2', arch: 'x86_64' };
  const { body } = await api.ask<Image>('POST', '/v1/images', input);
  expect(body.file).toMatchObject({ path, size: 8 });
  expect((await api.ask('GET', '/v1/images/cloud')).body).toEqual(body);
});

test('snippets are templates below snippets/, by their short names', async () => {
  const { ask } = testApi();
  const added = await ask('POST', '/v1/snippets', { name: 'motd.sh', text: 'hello\n' });
  expect(added).toMatchObject({ status: 201, body: { name: 'motd.sh', origin: 'added' } });
  expect((await ask('GET', '/v1/templates/snippets%2Fmotd.sh')).body).toMatchObject({
    name: 'snippets/motd.sh',
  });
  await ask('POST', '/v1/templates', { name: 'other', text: '' });
  expect((await ask('GET', '/v1/snippets')).body).toMatchObject([{ name: 'motd.sh' }]);
  expect((await ask('GET', '/v1/snippets?name=m*')).body).toMatchObject([{ name: 'motd.sh' }]);
  expect((await ask('GET', '/v1/snippets?text=hello*')).body).toHaveLength(1);
  const copied = await ask('POST', '/v1/snippets/motd.sh/copy', { name: 'b.sh' });
  expect(copied.body).toMatchObject({ name: 'b.sh', text: 'hello\n' });
  const renamed = await ask('PATCH', '/v1/snippets/b.sh', { name: 'c.sh' });
  expect(renamed.body).toMatchObject({ name: 'c.sh', revision: 2 });
  expect((await ask('DELETE', '/v1/snippets/c.sh')).body).toMatchObject({
    object: { name: 'c.sh' },
  });
  expect((await ask('GET', '/v1/snippets/other')).status).toBe(404);
});

test('a snippet stays while a template includes it', async () => {
  const { ask } = testApi();
  await ask('POST', '/v1/snippets', { name: 'motd', text: 'hello\n' });
  await ask('POST', '/v1/templates', { name: 'web', text: '{% include "snippets/motd" %}' });
  const removed = await ask('DELETE', '/v1/snippets/motd');
  expect(removed.body.error).toMatchObject({ code: 'object-in-use' });
  expect(removed.body.error?.message).toMatch(/is used by template web$/);
  expect((await ask('PATCH', '/v1/snippets/motd', { name: 'other' })).status).toBe(409);
  await ask('DELETE', '/v1/templates/web');
  expect((await ask('DELETE', '/v1/snippets/motd')).status).toBe(200);
});

test('a copy is like the object, but another one', async () => {
  const api = testApi();
  const { system } = await filled(api);
  const { status, body } = await api.ask<System>('POST', '/v1/systems/web1/copy', {
    name: 'web2',
    comment: 'the second',
  });
  expect(status).toBe(201);
  const { id, name, revision, profile, comment, ...rest } = body;
  expect([name, revision, profile, comment]).toEqual([
    'web2',
    1,
    system.body.profile,
    'the second',
  ]);
  expect(id).not.toBe(system.body.id);
  expect(rest).not.toHaveProperty('macs');
  expect((await api.ask('POST', '/v1/systems/web1/copy', {})).body.error).toMatchObject({
    details: [{ field: 'name', problem: 'is missing' }],
  });
});

test('what depends on an object goes with it when that is asked for, and is named before', async () => {
  const api = testApi();
  await filled(api);
  const names = (body: object) =>
    'removed' in body &&
    (body.removed as { noun: string; name: string }[]).map(({ noun, name }) => `${noun} ${name}`);
  const all = ['system web1', 'profile web', 'distro debian-13'];
  const planned = await api.ask('DELETE', '/v1/distros/debian-13?recursive=true&dryRun=true');
  expect(names(planned.body)).toEqual(all);
  expect((await api.ask('GET', '/v1/systems/web1')).status).toBe(200);
  const gone = await api.ask('DELETE', '/v1/distros/debian-13?recursive=true');
  expect(names(gone.body)).toEqual(all);
  expect((await api.ask('GET', '/v1/systems')).body).toEqual([]);
  expect((await api.ask('DELETE', '/v1/distros/x?recursive=yes')).body.error).toMatchObject({
    code: 'invalid-input',
  });
});

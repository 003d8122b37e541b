import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { filled, testApi } from './testing.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

test('a write that is based on a stale revision is refused', async () => {
  const api = testApi();
  await filled(api);
  const edit = (headers: Record<string, string>, body: object) =>
    api.ask('PATCH', '/v1/profiles/web', body, headers);
  expect((await edit({ 'if-match': '"1"' }, { comment: 'a' })).body).toMatchObject({ revision: 2 });
  expect(await edit({ 'if-match': '1' }, { comment: 'b' })).toMatchObject({
    status: 409,
    body: {
      error: {
        code: 'revision-conflict',
        message: 'profile "web" is at revision 2, the change is based on 1',
      },
    },
  });
  expect((await edit({}, { comment: 'b', revision: 1 })).status).toBe(409);
  expect((await api.ask('DELETE', '/v1/systems/web1', undefined, { 'if-match': '7' })).status).toBe(
    409,
  );
  expect((await edit({ 'if-match': 'new' }, { comment: 'b' })).body.error).toMatchObject({
    code: 'invalid-input',
    message: 'the headers: if-match: the number of a revision',
  });
  expect((await edit({ 'if-match': '2' }, { comment: 'c' })).body).toMatchObject({ revision: 3 });
});

test('what is in use stays, and what uses it is named', async () => {
  const api = testApi();
  const { system } = await filled(api);
  await api.ask('POST', '/v1/profiles', { name: 'sub', parent: 'web' });
  expect((await api.ask('DELETE', '/v1/distros/debian-13')).body.error).toMatchObject({
    code: 'object-in-use',
    message: 'distro "debian-13" is used by profile web',
  });
  expect(await api.ask('DELETE', '/v1/profiles/web')).toMatchObject({
    status: 409,
    body: { error: { message: 'profile "web" is used by profile sub, system web1' } },
  });
  expect((await api.ask('DELETE', '/v1/systems/web1')).body).toEqual({
    object: system.body,
    removed: [{ noun: 'system', id: system.body.id, name: 'web1' }],
  });
  for (const url of ['/v1/profiles/sub', '/v1/profiles/web', '/v1/distros/debian-13']) {
    expect((await api.ask('DELETE', url)).status).toBe(200);
  }
  expect((await api.ask('DELETE', '/v1/distros/debian-13')).status).toBe(404);
});

test('all that is wrong with an input is told at once, with remedies', async () => {
  const api = testApi();
  await filled(api);
  const { status, body } = await api.ask('POST', '/v1/systems', {
    name: 'bad name',
    profil: 'web',
    profile: 'wbe',
    macs: ['52:54:00:ab:cd:ef', '52:54'],
    bootMode: 'uefy',
    answerFile: 'image/anser-file.sh',
    deadlines: { instaling: 5, queued: 'soon' },
  });
  expect(status).toBe(400);
  expect(body.error).toEqual({
    code: 'invalid-input',
    message: 'system "bad name": 8 things are wrong',
    details: [
      {
        field: 'name',
        problem: 'letters, digits, ".", "_" and "-", 63 at most, starting with a letter or digit',
        value: 'bad name',
      },
      {
        field: 'macs.1',
        problem: 'not a MAC address: six bytes, as in 52:54:00:12:34:56',
        value: '52:54',
      },
      {
        field: 'bootMode',
        problem: 'Invalid option: expected one of "bios"|"uefi"',
        value: 'uefy',
        remedy: 'did you mean "uefi"?',
      },
      expect.objectContaining({ field: 'deadlines.queued', value: 'soon' }),
      {
        field: 'deadlines.instaling',
        problem: 'there is no such field',
        remedy: 'did you mean "installing"?',
      },
      {
        field: 'profil',
        problem: 'there is no such field',
        remedy: 'did you mean "profile"?',
      },
      {
        field: 'answerFile',
        problem: 'there is no template "image/anser-file.sh"',
        value: 'image/anser-file.sh',
        remedy: 'did you mean "image/answer-file.sh"?',
      },
      {
        field: 'profile',
        problem: 'there is no profile "wbe"',
        value: 'wbe',
        remedy: 'did you mean "web"?',
      },
    ],
  });
});

test('files and folders of a distro must be there and be what is stated', async () => {
  const api = testApi();
  const { files } = await filled(api);
  const { body, status } = await api.ask('POST', '/v1/distros', {
    name: 'fai',
    family: 'fai',
    breed: 'debian',
    version: '12',
    arch: 'x86_64',
    kernel: { path: `${files.kernel}-gone`, sha: 1 },
    initrd: { path: files.initrd, size: 10, sha256: 'a'.repeat(64) },
  });
  expect(status).toBe(400);
  expect(body.error?.details).toEqual([
    { field: 'kernel.sha', problem: 'there is no such field', remedy: 'did you mean "sha256"?' },
    { field: 'initrd.size', problem: 'the file has 9 bytes', value: 10 },
    expect.objectContaining({
      field: 'initrd.sha256',
      problem: `the file has ${sha256('an initrd')}`,
    }),
    { field: 'tree', problem: 'is missing: FAI fetches its root file system from there' },
  ]);
  const gone = await api.ask('PATCH', '/v1/distros/debian-13', {
    kernel: { path: `${files.kernel}-gone` },
    tree: files.kernel,
  });
  expect(gone).toMatchObject({
    status: 422,
    body: {
      error: {
        code: 'artefact-missing',
        details: [
          { field: 'kernel.path', problem: 'is not there' },
          { field: 'tree', problem: 'is not a folder' },
        ],
      },
    },
  });
});

test.each([
  [{ name: 'p' }, 'distro', 'is missing: a profile has a distro, or a parent profile'],
  [
    { name: 'p', distro: 'debian-13', parent: 'web' },
    'parent',
    'a profile has a distro or a parent profile, not both',
  ],
  [{ name: 'prf_aaaaaaaaaaaaaaaaaaaa', distro: 'debian-13' }, 'name', 'looks like an id'],
])('a profile %j is refused', async (input, field, problem) => {
  const api = testApi();
  await filled(api);
  const { body } = await api.ask('POST', '/v1/profiles', input);
  expect(body.error?.details).toMatchObject([{ field, problem }]);
});

test('a profile cannot be its own ancestor', async () => {
  const api = testApi();
  await filled(api);
  await api.ask('POST', '/v1/profiles', { name: 'sub', parent: 'web' });
  const { body } = await api.ask('PATCH', '/v1/profiles/web', { distro: null, parent: 'sub' });
  expect(body.error?.message).toBe(
    'profile "web": parent: a profile cannot inherit from itself, nor from its own sub-profiles',
  );
});

test('names and MACs are taken once', async () => {
  const api = testApi();
  await filled(api);
  expect((await api.ask('POST', '/v1/systems', { name: 'web1' })).body.error).toMatchObject({
    code: 'name-taken',
    message: 'there is a system "web1" already',
  });
  const { body } = await api.ask('POST', '/v1/systems', { name: 'b', macs: ['525400ABCDEF'] });
  expect(body.error?.message).toBe('system "b": macs.0: belongs to system web1 already');
});

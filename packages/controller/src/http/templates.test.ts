import { expect, test } from 'vitest';
import { testApi } from './testing.ts';

const url = (name: string) => `/v1/templates/${encodeURIComponent(name)}`;
const shipped = { name: 'image/boot-args', text: 'quiet\n', origin: 'shipped' };

test('shipped templates are there; edited, they have the new text; removed, the old one again', async () => {
  const { ask } = testApi();
  expect((await ask('GET', url('image/boot-args'))).body).toEqual(shipped);
  const edited = await ask('PATCH', url('image/boot-args'), { text: 'debug\n' });
  expect(edited.body).toMatchObject({
    name: 'image/boot-args',
    text: 'debug\n',
    origin: 'edited',
    revision: 1,
  });
  expect((await ask('GET', '/v1/templates')).body).toEqual([
    { name: 'image/answer-file.sh', text: 'echo shipped\n', origin: 'shipped' },
    edited.body,
  ]);
  expect((await ask('DELETE', url('image/boot-args'))).status).toBe(200);
  expect((await ask('GET', url('image/boot-args'))).body).toEqual(shipped);
  expect((await ask('DELETE', url('image/boot-args'))).body.error).toMatchObject({
    code: 'invalid-input',
    message: 'template "image/boot-args" comes with Resole',
  });
});

test('an added template, used by name, can be neither renamed nor removed', async () => {
  const { ask } = testApi();
  const added = await ask('POST', '/v1/templates', { name: 'site/answer.sh', text: '' });
  expect(added).toMatchObject({ status: 201, body: { origin: 'added' } });
  await ask('PATCH', '/v1/settings', { answerFile: 'site/answer.sh' });
  const message = 'template "site/answer.sh" is used by the settings';
  const renamed = await ask('PATCH', url('site/answer.sh'), { name: 'site/other.sh' });
  expect(renamed.body.error).toMatchObject({ code: 'object-in-use', message });
  expect((await ask('DELETE', url('site/answer.sh'))).body.error?.message).toBe(message);
  await ask('PATCH', '/v1/settings', { answerFile: null });
  const free = await ask('PATCH', url('site/answer.sh'), { name: 'site/other.sh' });
  expect(free.body).toMatchObject({ name: 'site/other.sh', revision: 2 });
  expect((await ask('DELETE', url('site/other.sh'))).status).toBe(200);
});

test('a folder of templates can be an answer file, if there is one', async () => {
  const { ask } = testApi();
  expect((await ask('PATCH', '/v1/settings', { answerFile: 'image/' })).status).toBe(200);
  expect((await ask('PATCH', '/v1/settings', { answerFile: 'nothing/' })).body.error).toMatchObject(
    {
      code: 'invalid-input',
      message: 'settings: answerFile: there is no template "nothing/"',
    },
  );
});

test('a shipped template keeps its name', async () => {
  const { ask } = testApi();
  const { body } = await ask('PATCH', url('image/boot-args'), { name: 'mine' });
  expect(body.error?.message).toBe('template "image/boot-args" comes with Resole');
});

import { joinToken, ResoleError } from '@resole/protocol';
import { expect, test } from 'vitest';
import { newId } from '../store/stored.ts';
import { testApi } from './testing.ts';

const enrolment = {
  token: joinToken(newId('tok'), 's'.repeat(43), 'c'.repeat(43)),
  publicKey: 'key',
  facts: {
    agentVersion: '0.1.0',
    hostname: 'web1',
    arch: 'x86_64',
    os: { id: 'debian', versionId: '13', name: 'Debian 13', kernel: '6.12' },
    bootId: 'b',
    bootMode: 'bios',
    secureBoot: false,
    kernelCommandLine: 'quiet',
    cpu: { model: 'x', cores: 1 },
    memoryBytes: 1,
    virtualization: 'none',
    disks: [],
    interfaces: [],
    bootLoader: { kind: 'none' },
    kexec: { available: false, fileLoad: false },
    efibootmgr: false,
    stagingFreeBytes: 1,
  },
};

test('where nothing is, a 404 says so', async () => {
  const { ask } = testApi();
  expect(await ask('GET', '/v1/sistems?x=1')).toMatchObject({
    status: 404,
    body: { error: { code: 'not-found', message: 'there is nothing at GET /v1/sistems' } },
  });
});

test('a body that is no JSON, too large, or of another type', async () => {
  const { ask } = testApi();
  const json = { 'content-type': 'application/json' };
  const broken = await ask('POST', '/v1/systems', '{"name": ', json);
  expect(broken).toMatchObject({ status: 400, body: { error: { code: 'invalid-input' } } });
  const large = await ask('POST', '/v1/systems', `"${'x'.repeat(5_000_000)}"`, json);
  expect(large).toMatchObject({
    status: 413,
    body: {
      error: {
        code: 'input-too-large',
        message: 'this is larger than the controller takes at once: 4 MiB',
      },
    },
  });
  const yaml = await ask('POST', '/v1/systems', 'name: x', { 'content-type': 'text/yaml' });
  expect(yaml).toMatchObject({ status: 415, body: { error: { code: 'invalid-input' } } });
  const list = await ask('POST', '/v1/systems', []);
  expect(list).toMatchObject({ status: 400, body: { error: { code: 'invalid-input' } } });
});

test('what is unforeseen is logged, and not told', async () => {
  const { app, logged } = testApi({
    verifyAdmin: () => {
      throw new Error('an inner secret');
    },
  });
  const answer = await app.inject({ url: '/v1/systems', headers: { authorization: 'Bearer x' } });
  expect(answer.statusCode).toBe(500);
  expect(answer.json()).toEqual({
    error: {
      code: 'internal',
      message: 'something unforeseen went wrong in the controller',
      remedy: expect.stringMatching(/^look for request .* in its log$/),
    },
  });
  expect(logged).toEqual([expect.stringContaining('an inner secret')]);
});

test('an error of our own keeps its code, message and remedy', async () => {
  const { ask, logged } = testApi({
    enrol: async () => {
      throw new ResoleError('token-invalid', 'the join token is unknown', { remedy: 'make one' });
    },
  });
  const { status, body } = await ask('POST', '/v1/enrolments', enrolment);
  expect(status).toBe(401);
  expect(body).toEqual({
    error: { code: 'token-invalid', message: 'the join token is unknown', remedy: 'make one' },
  });
  expect(logged).toEqual([]);
});

test('a join token that is wrong is not repeated in the error', async () => {
  const { ask } = testApi();
  const { body } = await ask('POST', '/v1/enrolments', { ...enrolment, token: 'rsl1.secret' });
  expect(body.error?.details).toEqual([{ field: 'token', problem: 'not a join token' }]);
});

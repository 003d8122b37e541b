import { expect, test } from 'vitest';
import { adminToken, testApi } from './testing.ts';

test.each([
  ['no token', {}, 401, 'this needs a token'],
  ['another scheme', { authorization: `Basic ${adminToken}` }, 401, 'this needs a token'],
  ['a wrong token', { authorization: 'Bearer wrong' }, 401, 'the token is not valid'],
  ['the token', { authorization: `Bearer ${adminToken}` }, 200, undefined],
  ['the token, loosely written', { authorization: `bearer  ${adminToken}` }, 200, undefined],
])('%s', async (_, headers, status, message) => {
  const { app } = testApi();
  const answer = await app.inject({ url: '/v1/systems', headers });
  expect(answer.statusCode).toBe(status);
  expect(answer.json().error?.message).toBe(message);
  expect(answer.headers['www-authenticate']).toBe(
    status === 401 ? 'Bearer realm="resole"' : undefined,
  );
});

test('without a token nobody learns which routes there are', async () => {
  const { app } = testApi();
  for (const url of ['/', '/v1/nothing', '/v1/openapi.json', '/v1/settings']) {
    expect((await app.inject({ url })).statusCode).toBe(401);
  }
});

test('the certificate, health and enrolment need none', async () => {
  const { app } = testApi();
  const pem = await app.inject({ url: '/ca.pem' });
  expect(pem.body).toBe('-----BEGIN CERTIFICATE-----\n');
  expect(pem.headers['content-type']).toBe('application/x-pem-file');
  expect((await app.inject({ url: '/healthz' })).json()).toEqual({
    status: 'ok',
    version: '0.0.0',
  });
  const enrolment = await app.inject({ method: 'POST', url: '/v1/enrolments', payload: {} });
  expect(enrolment.statusCode).toBe(400);
});

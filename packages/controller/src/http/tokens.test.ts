import { createHash } from 'node:crypto';
import { splitJoinToken } from '@resole/protocol';
import { expect, test } from 'vitest';
import { testApi } from './testing.ts';

test('the secret is in the first reply only; the store has its hash', async () => {
  const { ask, store } = testApi();
  const made = await ask<{ token: string; id: string }>('POST', '/v1/tokens', {});
  const { token, ...seen } = made.body;
  expect(made.status).toBe(201);
  expect(seen).toEqual({
    id: expect.stringMatching(/^tok_/),
    revision: 1,
    createdAt: '2026-01-02T03:04:05.678Z',
    updatedAt: '2026-01-02T03:04:05.678Z',
    uses: 1,
    expiresAt: '2026-01-02T04:04:05.678Z',
  });
  const { id, secret, ca } = splitJoinToken(token);
  expect([id, ca]).toEqual([made.body.id, 'f'.repeat(43)]);
  const stored = await store.tokens.get(id);
  expect(stored?.secretHash).toBe(createHash('sha256').update(secret).digest('hex'));
  expect((await ask('GET', '/v1/tokens')).body).toEqual([seen]);
});

test('uses, life and comment are chosen; wrong ones are refused', async () => {
  const { ask } = testApi();
  const { body } = await ask('POST', '/v1/tokens', { uses: 5, expires: 60, comment: 'rack 7' });
  expect(body).toMatchObject({ uses: 5, expiresAt: '2026-01-02T03:05:05.678Z', comment: 'rack 7' });
  const wrong = await ask('POST', '/v1/tokens', { uses: 0, expire: 60 });
  expect(wrong.body.error?.details).toMatchObject([
    { field: 'uses', value: 0 },
    { field: 'expire', remedy: 'did you mean "expires"?' },
  ]);
});

test('a token can be removed', async () => {
  const { ask } = testApi();
  const { body } = await ask<{ id: string }>('POST', '/v1/tokens', {});
  expect((await ask('DELETE', `/v1/tokens/${body.id}`)).status).toBe(200);
  expect((await ask('DELETE', `/v1/tokens/${body.id}`)).status).toBe(404);
  expect((await ask('GET', '/v1/tokens')).body).toEqual([]);
});

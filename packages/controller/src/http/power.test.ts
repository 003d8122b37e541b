import type { PowerResult } from '@resole/protocol';
import { expect, test } from 'vitest';
import type { ApiDeps } from './deps.ts';
import { adminToken, testApi } from './testing.ts';

const result = (name: string): PowerResult => ({
  system: name,
  name,
  action: 'status',
  driver: 'ipmi',
  state: 'on',
  changed: false,
  verified: true,
  seconds: 0.1,
  reasons: [],
});

const notHere = async (): Promise<never> => {
  throw new Error('not in this test');
};

const at = '2026-01-01T00:00:00.000Z';

/** Answers for each system in turn. */
const power: ApiDeps['power'] = {
  act: async ({ systems }, told) => {
    for (const name of systems) {
      told(result(name));
      await new Promise((resolve) => setImmediate(resolve));
    }
  },
  last: async () => undefined,
  lasts: async () => [],
  examine: async () => [{ driver: 'ipmi', ok: false, text: 'no answer' }],
  detect: notHere,
};

test('each system has a line of its own, when it is done', async () => {
  const { app } = testApi({ power });
  const answer = await app.inject({
    method: 'POST',
    url: '/v1/power',
    headers: { authorization: `Bearer ${adminToken}` },
    payload: { action: 'status', systems: ['web1', 'web2'] },
  });
  expect(answer.statusCode).toBe(200);
  expect(answer.headers['content-type']).toContain('application/x-ndjson');
  expect(
    answer.body
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([result('web1'), result('web2')]);
});

test('what is wrong with an order is said before anything is done', async () => {
  const { ask } = testApi({ power });
  const { status, body } = await ask('POST', '/v1/power', {
    action: 'explode',
    systems: [],
    force: 1,
  });
  expect(status).toBe(400);
  expect(body.error?.details?.map(({ field }) => field).sort()).toEqual([
    'action',
    'force',
    'systems',
  ]);
});

test('what was last known, and what is wrong, by any name of the system', async () => {
  const { ask } = testApi({ power });
  await ask('POST', '/v1/systems', { name: 'web1', macs: ['52:54:00:00:00:01'] });
  expect((await ask('GET', '/v1/systems/web1/power')).body).toBeNull();
  expect((await ask('POST', '/v1/systems/52-54-00-00-00-01/power/test')).body).toEqual([
    { driver: 'ipmi', ok: false, text: 'no answer' },
  ]);
  expect((await ask('GET', '/v1/systems/web9/power')).status).toBe(404);
});

test('what was last known of all, by name', async () => {
  const known = (id: string) => ({
    ...{ id, revision: 1, state: 'on' as const, driver: 'ipmi' },
    ...{ createdAt: at, updatedAt: at, seenAt: at },
  });
  const ids: string[] = [];
  const { ask } = testApi({ power: { ...power, lasts: async () => ids.map(known) } });
  for (const name of ['web2', 'web1']) {
    ids.push((await ask<{ id: string }>('POST', '/v1/systems', { name })).body.id ?? '');
  }
  const { body } = await ask('GET', '/v1/power');
  expect(body).toEqual(['web1', 'web2'].map((name, at) => ({ ...known(ids[1 - at] ?? ''), name })));
});

import type { Agent, System } from '@resole/protocol';
import { expect, test } from 'vitest';
import { newId, stamped } from '../store/stored.ts';
import { type TestApi, testApi } from './testing.ts';

const enrolled = async (api: TestApi, name: string): Promise<Agent> => {
  const system = await api.ask<System>('POST', '/v1/systems', { name });
  const agent = stamped(
    { id: newId('agt'), system: system.body.id, publicKey: 'key', revoked: false },
    api.clock.now,
  );
  await api.store.agents.create(agent);
  return agent;
};

test('agents are shown with system and presence, by id and by system', async () => {
  const api = testApi();
  const web = await enrolled(api, 'web1');
  const db = await enrolled(api, 'db1');
  api.online.add(web.id);
  const seen = [
    { ...web, systemName: 'web1', online: true },
    { ...db, systemName: 'db1', online: false },
  ];
  expect((await api.ask('GET', '/v1/agents')).body).toEqual(seen);
  expect((await api.ask('GET', '/v1/agents?system=db1')).body).toEqual([seen[1]]);
  expect((await api.ask('GET', `/v1/agents/${web.id}`)).body).toEqual(seen[0]);
  expect((await api.ask('GET', '/v1/agents/db1')).body).toEqual(seen[1]);
  expect((await api.ask('GET', `/v1/agents/${newId('agt')}`)).status).toBe(404);
});

test('revoking ends the session for good; only then the system can be removed', async () => {
  const api = testApi();
  const agent = await enrolled(api, 'web1');
  expect((await api.ask('DELETE', '/v1/systems/web1')).body.error).toMatchObject({
    code: 'object-in-use',
    message: `system "web1" is used by agent ${agent.id} (resole agent revoke ${agent.id})`,
  });
  const { body } = await api.ask('POST', `/v1/agents/${agent.id}/revoke`);
  expect(body).toMatchObject({ revoked: true, revision: 2 });
  expect(api.dropped).toEqual([`${agent.id}: agent-revoked`]);
  expect((await api.ask('DELETE', '/v1/systems/web1')).status).toBe(200);
  expect((await api.ask('GET', '/v1/agents')).body).toEqual([]);
});

test('of a machine that never reported, there are no facts', async () => {
  const api = testApi();
  await enrolled(api, 'web1');
  expect(await api.ask('GET', '/v1/systems/web1/facts')).toMatchObject({
    status: 503,
    body: { error: { code: 'facts-missing' } },
  });
});

import { expect, test } from 'vitest';
import { enrolment, facts } from './testing.ts';

const invalid = { code: 'token-invalid' };

/** Another machine each time. */
const machine = (number: number) => ({
  ...facts,
  hostname: `web${number}`,
  machineUuid: `4c4c4544-0042-3510-8052-00000000000${number}`,
  interfaces: facts.interfaces.map((each) => ({ ...each, mac: `52:54:00:00:00:0${number}` })),
});

test('a token lets in as many as it says, also at once', async () => {
  const { token, request, ask, agents } = enrolment();
  const given = await token(2);
  const asked = [1, 2, 3].map((number) => ask(request(given, { facts: machine(number) })));
  const outcomes = await Promise.allSettled(asked);
  expect(
    outcomes.map((each) => ('value' in each ? each.value.systemName : each.reason.code)),
  ).toEqual(['web1', 'web2', 'token-invalid']);
  expect(await agents()).toHaveLength(2);
});

test('asking again with the same key costs no use, and works when there is none left', async () => {
  const { token, request, ask, agents } = enrolment();
  const asked = request(await token(1));
  const reply = await ask(asked);
  expect(await ask(asked)).toEqual(reply);
  expect(await agents()).toEqual([[reply.agent, undefined, false]]);
});

test('a token ends in time', async () => {
  const { token, request, ask, clock } = enrolment();
  const given = await token(5);
  await clock.pass(24 * 3600);
  await expect(ask(request(given))).rejects.toMatchObject(invalid);
});

test('a wrong secret, an unknown token and a key of another kind let nobody in', async () => {
  const { token, request, ask, agents } = enrolment();
  const given = await token(1);
  const [head, id, , ca] = given.split('.');
  await expect(ask(request([head, id, 'x'.repeat(43), ca].join('.')))).rejects.toMatchObject(
    invalid,
  );
  const unknown = [head, 'tok_aaaaaaaaaaaaaaaaaaaa', 's'.repeat(43), ca].join('.');
  await expect(ask(request(unknown))).rejects.toMatchObject(invalid);
  await expect(ask(request(given, { publicKey: 'AAAA' }))).rejects.toMatchObject({
    code: 'invalid-input',
  });
  expect(await agents()).toEqual([]);
});

test('a machine whose agent is connected gets no second one; when it is gone, it is replaced', async () => {
  const { token, request, ask, agents, online, dropped } = enrolment();
  const given = await token(3);
  const first = await ask(request(given));
  online.add(first.agent);
  await expect(ask(request(given))).rejects.toMatchObject({ code: 'agent-online' });
  online.clear();
  const second = await ask(request(given));
  expect(await agents()).toEqual([
    [first.agent, undefined, true],
    [second.agent, undefined, false],
  ]);
  expect(dropped).toEqual([`${first.agent} agent-revoked`]);
});

test('a token for one system refuses the machine of another', async () => {
  const { token, request, ask } = enrolment();
  await ask(request(await token(1)));
  const other = await token(1, 'web9');
  await expect(ask(request(other))).rejects.toMatchObject({ code: 'machine-mismatch' });
});

test('a crash after the agent was made is made good when it asks again, and only by it', async () => {
  const { token, request, ask, agents, store } = enrolment();
  const given = await token(4);
  const first = await ask(request(given));
  const asked = request(given);
  const { replace } = store.agents;
  store.agents.replace = async () => {
    throw new Error('killed');
  };
  await expect(ask(asked)).rejects.toThrow('killed');
  store.agents.replace = replace;
  const second = await ask(asked);
  expect(await agents()).toEqual([
    [first.agent, undefined, true],
    [second.agent, undefined, false],
  ]);
});

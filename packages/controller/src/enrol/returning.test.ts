import { expect, test } from 'vitest';
import { agentInForce } from '../store/agent-in-force.ts';
import { update } from '../store/update.ts';
import { enrolment, facts, web1 } from './testing.ts';

const otherMachine = {
  ...facts,
  machineUuid: '11111111-2222-3333-4444-555555555555',
  interfaces: facts.interfaces.map((each) => ({ ...each, mac: '52:54:00:ff:ff:01' })),
};
const otherOs = { ...facts, os: { ...facts.os, id: 'fedora', versionId: '42' } };
const invalid = { code: 'token-invalid' };

test('the credential makes one agent, puts the old one out, and asked again by its key says the same', async () => {
  const { reinstall, request, ask, agents, dropped, store } = enrolment();
  const { job, old, token } = await reinstall();
  const asked = request(token);
  const reply = await ask(asked);
  expect(reply).toEqual({
    ...{ agent: reply.agent, system: web1.id, systemName: 'web1', jobKey: 'job-key' },
  });
  expect(await ask(asked)).toEqual(reply);
  expect(await agents()).toEqual([
    [old.id, undefined, true],
    [reply.agent, job.id, false],
  ]);
  expect(dropped).toEqual([`${old.id} agent-revoked`]);
  expect((await store.facts.get(web1.id))?.facts).toEqual(facts);
});

test('another key gets nothing by a credential that was used, one after the other or at once', async () => {
  const { reinstall, request, ask, agents } = enrolment();
  const { token } = await reinstall();
  await ask(request(token));
  await expect(ask(request(token))).rejects.toMatchObject(invalid);
  expect(await agents()).toHaveLength(2);

  const raced = enrolment();
  const { token: single } = await raced.reinstall();
  const asked = [1, 2, 3].map(() => raced.ask(raced.request(single)));
  const outcomes = await Promise.allSettled(asked);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
  expect(await raced.agents()).toHaveLength(2);
});

test.each([
  ['queued', false],
  ['staging', false],
  ['armed', false],
  ['handing-over', true],
  ['installer-booted', true],
  ['installing', true],
  ['installed', true],
  ['stalled', true],
  ['returned', false],
  ['rolled-back', false],
  ['failed', false],
  ['cancelled', false],
] as const)('in state %s it is good: %s', async (state, isGood) => {
  const { reinstall, request, ask, agents } = enrolment();
  const { token } = await reinstall(state);
  const asked = ask(request(token));
  if (isGood) expect(await asked).toMatchObject({ systemName: 'web1' });
  else await expect(asked).rejects.toMatchObject(invalid);
  expect(await agents()).toHaveLength(isGood ? 2 : 1);
});

test('a credential of another job, and one of a job that is gone, are none', async () => {
  const { reinstall, request, ask, store } = enrolment();
  const { job, token } = await reinstall();
  const [head, , word, ca] = token.split('.');
  const forged = [head, 'job_aaaaaaaaaaaaaaaaaaaa', word, ca].join('.');
  await expect(ask(request(forged))).rejects.toMatchObject(invalid);
  await store.jobs.remove(job.id);
  await expect(ask(request(token))).rejects.toMatchObject(invalid);
});

test('an agent that was revoked since is not let in again by its old credential', async () => {
  const { reinstall, request, ask, store } = enrolment();
  const { token } = await reinstall();
  const asked = request(token);
  const { agent } = await ask(asked);
  await update(store.agents, agent, { revoked: true }, new Date());
  await expect(ask(asked)).rejects.toMatchObject(invalid);
});

test('another OS fails the job and is taken in all the same: its machine stays reachable', async () => {
  const { reinstall, request, ask, agents, job } = enrolment();
  const { job: made, old, token } = await reinstall();
  const asked = request(token, { facts: otherOs });
  const reply = await ask(asked);
  expect(await ask(asked)).toEqual(reply);
  const { state, error, events } = await job(made.id);
  expect([state, error, events.map(({ type }) => type)]).toEqual([
    'failed',
    {
      code: 'os-mismatch',
      message: 'fedora 42 came up where debian 12 was expected',
      remedy:
        'its agent is connected: look at it (`resole agent facts web1`), then correct the osRelease of the distro or reinstall it',
    },
    ['wrong-os-returned'],
  ]);
  expect(await agents()).toEqual([
    [old.id, undefined, true],
    [reply.agent, made.id, false],
  ]);
});

test('another machine is turned away, which the job says once; its own still may come', async () => {
  const { reinstall, request, ask, agents, job } = enrolment();
  const { job: made, token } = await reinstall('installing');
  for (const _ of [1, 2]) {
    await expect(ask(request(token, { facts: otherMachine }))).rejects.toMatchObject({
      code: 'machine-mismatch',
    });
  }
  const { state, events } = await job(made.id);
  expect([state, events.map(({ type, message }) => [type, message])]).toEqual([
    'installing',
    [
      [
        'wrong-machine-refused',
        `machine ${otherMachine.machineUuid} came with the credential of web1, which it is not`,
      ],
    ],
  ]);
  expect(await agents()).toHaveLength(1);
  expect(await ask(request(token))).toMatchObject({ systemName: 'web1' });
});

test('a crash in the middle is made good when it asks again', async () => {
  const { reinstall, request, ask, agents, deps, store } = enrolment();
  const { job, old, token } = await reinstall();
  const asked = request(token);
  const { create } = store.agents;
  store.agents.create = async (agent) => {
    await create.call(store.agents, agent);
    throw new Error('killed');
  };
  await expect(ask(asked)).rejects.toThrow('killed');
  store.agents.create = create;
  // Until then the new agent is the one in force: it is on the machine that is there.
  const inForce = await agentInForce(deps.store, web1.id);
  expect(inForce?.returnOf).toBe(job.id);
  expect(await ask(asked)).toMatchObject({ agent: inForce?.id });
  expect(await agents()).toEqual([
    [old.id, undefined, true],
    [inForce?.id, job.id, false],
  ]);
});

import type { PowerState } from '@resole/protocol';
import { expect, test } from 'vitest';
import type { Alteration, PowerActs, PowerTarget } from './driver.ts';
import { unreachable, wrongPassword } from './failures.ts';
import { stub } from './testing.ts';
import { alter } from './verified.ts';

const target: PowerTarget = {
  system: 'sys_22222222222222222222',
  name: 'web1',
  options: {},
  macs: [],
};

/** A power system that gives these answers, the last one again and again; and how long it was waited for each. */
const peer = (...answers: (PowerState | Error)[]) => {
  const pauses: number[] = [];
  const orders: string[] = [];
  let now = 0;
  const answer = async (): Promise<PowerState> => {
    const next = answers.length > 1 ? answers.shift() : answers[0];
    if (next instanceof Error) throw next;
    return next ?? 'unknown';
  };
  const order = (name: string) => async () => {
    orders.push(name);
    return 'sent' as const;
  };
  const acts: Partial<PowerActs> = { status: answer };
  for (const name of ['on', 'off', 'reset', 'cycle'] as const) acts[name] = order(name);
  const act = (action: Alteration, deadlineSeconds = 60) =>
    alter(stub(acts), action, target, {
      deadlineSeconds,
      signal: new AbortController().signal,
      sleep: async (seconds) => {
        pauses.push(seconds);
        now += seconds * 1000;
      },
      now: () => now,
    });
  return { act, pauses, orders };
};

const lost = unreachable(target);

test('the state is asked after 1, 2, 2, 4, 6, 8 and then each 12 s, until the deadline', async () => {
  const { act, pauses, orders } = peer('off');
  await expect(act('on')).rejects.toMatchObject({
    code: 'power-not-verified',
    message:
      'on of web1 was not seen to happen in 60 s: the power system took the order, and says that it is off',
  });
  expect(pauses).toEqual([1, 2, 2, 4, 6, 8, 12, 12, 12, 1]);
  expect(orders).toEqual(['on']);
});

test('what is seen sooner is not waited for, and silence meanwhile is borne', async () => {
  const { act, pauses } = peer('off', 'off', lost, lost, 'on');
  expect(await act('on')).toEqual({ state: 'on', changed: true, verified: true });
  expect(pauses).toEqual([1, 2, 2, 4]);
});

test('lost packets are tried again twice, what is final is not', async () => {
  const silent = peer(lost);
  await expect(silent.act('on')).rejects.toMatchObject({ code: 'power-unreachable' });
  expect(silent.pauses).toEqual([2, 2]);
  const closed = peer(wrongPassword(target));
  await expect(closed.act('on')).rejects.toMatchObject({ code: 'power-wrong-password' });
  expect(closed.pauses).toEqual([]);
  const shut = peer('off', 'off', wrongPassword(target));
  await expect(shut.act('on')).rejects.toMatchObject({ code: 'power-wrong-password' });
  expect(shut.pauses).toEqual([1, 2]);
});

test('a machine that is on before and after a restart has to be seen off in between', async () => {
  const restarted = { state: 'on', changed: true };
  for (const action of ['reset', 'cycle'] as const) {
    expect(await peer('on').act(action)).toEqual({ ...restarted, verified: false });
    expect(await peer('on', 'off', 'on').act(action)).toEqual({ ...restarted, verified: true });
  }
  expect(await peer('off', 'on').act('cycle')).toEqual({ ...restarted, verified: true });
});

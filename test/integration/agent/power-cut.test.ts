/** An agent that dies before it takes an acknowledgement in, with the real controller and its CLI. */
import { once } from 'node:events';
import { expect, test, vi } from 'vitest';
import { opened } from './agent-power.ts';

test('hung before it accepts: not seen in time, taken back, never done', async () => {
  const { start, softOff, job, wentDown } = await opened();
  const agent = await start();
  const exit = once(agent, 'exit');
  agent.kill('SIGSTOP');
  const begin = performance.now();
  expect(await softOff(4)).toMatchObject({
    driver: 'agent',
    changed: false,
    error: { code: 'power-not-verified', message: 'soft-off of web1 did not end in 4 s' },
  });
  expect(performance.now() - begin).toBeLessThan(8000);
  agent.kill('SIGKILL');
  await exit;
  await start();
  expect([undefined, 'cancelled']).toContain((await job())?.state);
  expect(await wentDown()).toBe(0);
}, 60_000);

test('killed before the yes to its hand-over: back, it goes on, and the job ends when its machine is off', async () => {
  const { start, softOff, wentDown, job } = await opened();
  const agent = await start('boot-1', 'handing-over');
  const back = once(agent, 'exit').then(() => start());
  const off = softOff(90);
  const again = await back;
  await vi.waitFor(async () => expect(await wentDown()).toBe(1), 30_000);
  expect((await job())?.state).toBe('handing-over');
  const exit = once(again, 'exit');
  again.kill('SIGKILL');
  await exit;
  expect(await off).toMatchObject({ driver: 'agent', changed: true, state: 'off', verified: true });
  const ended = await job();
  expect(ended?.state).toBe('powered-off');
  expect(ended?.events.map(({ type }) => type).slice(-5)).toEqual([
    ...['handing-over', 'agent-left', 'agent-back', 'agent-left', 'agent-stayed-away'],
  ]);
}, 120_000);

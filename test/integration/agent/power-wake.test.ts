/** A machine without a BMC that is off: woken by magic packets, proven by its agent's return. */
import type { PowerResult } from '@resole/protocol';
import { expect, test, vi } from 'vitest';
import { opened } from './agent-power.ts';

test('auto wakes a machine whose MAC its agent told, and waits for the agent', async () => {
  const { cli, start } = await opened();
  const on = (...more: string[]) => cli<PowerResult[]>('power', 'on', 'web1', ...more);
  // Nobody hears the packets: what is asked for does not happen by itself.
  expect(await on('--deadline', '2')).toMatchObject([
    { driver: 'wake-on-lan', verified: false, error: { code: 'power-not-verified' } },
  ]);
  const woken = on();
  const settled = vi.fn();
  void woken.then(settled);
  await start();
  expect(settled).not.toHaveBeenCalled();
  expect(await woken).toMatchObject([
    { driver: 'wake-on-lan', state: 'on', changed: true, verified: true, reasons: [] },
  ]);
  expect(await on()).toMatchObject([{ state: 'on', changed: false, verified: true }]);
}, 60_000);

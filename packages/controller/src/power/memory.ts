/** A power system in memory, for tests: the same driver interface, the same contract suite. */
import type { BootChoice, PowerState } from '@resole/protocol';
import type { PowerDriver, PowerTarget } from './driver.ts';
import { isOff, wrongPassword } from './failures.ts';

export interface MemoryPower {
  driver: PowerDriver;
  /** By id of the system; those that aren't here are off. */
  states: Map<string, PowerState>;
  boots: Map<string, BootChoice>;
  /** Every order, in order: `on web1`. */
  orders: string[];
  /** Called before each order and question; may throw, wait or change the state. */
  before: (order: string, target: PowerTarget) => Promise<void> | void;
}

/** @param password what every machine wants to hear; none where it is absent. */
export const memoryPower = (password?: string): MemoryPower => {
  const states: MemoryPower['states'] = new Map();
  const stateOf = ({ system }: PowerTarget) => states.get(system) ?? 'off';
  const enter = async (order: string, target: PowerTarget) => {
    memory.orders.push(`${order} ${target.name}`);
    await memory.before(order, target);
    if (password !== undefined && target.password !== password) throw wrongPassword(target);
  };
  const set =
    (order: string, after: PowerState, mustBeOn = false) =>
    async (target: PowerTarget) => {
      await enter(order, target);
      if (mustBeOn && stateOf(target) === 'off') throw isOff(target);
      states.set(target.system, after);
      return 'sent' as const;
    };
  const memory: MemoryPower = {
    states,
    boots: new Map(),
    orders: [],
    before: () => {},
    driver: {
      about: 'a power system in memory',
      needs: 'nothing',
      check: () => {},
      queue: ({ system }) => `memory ${system}`,
      acts: {
        status: async (target) => {
          await enter('status', target);
          return stateOf(target);
        },
        on: set('on', 'on'),
        off: set('off', 'off'),
        'soft-off': set('soft-off', 'off'),
        reset: set('reset', 'on', true),
        cycle: set('cycle', 'on', true),
        'boot-device': async (target, boot) => {
          await enter('boot-device', target);
          memory.boots.set(target.system, boot);
          return 'proven';
        },
      },
    },
  };
  return memory;
};

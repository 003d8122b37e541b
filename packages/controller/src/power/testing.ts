/** A power service over memory, for tests. */
import type { PowerAction, PowerRequest, System } from '@resole/protocol';
import { memoryStore } from '../store/memory.ts';
import { newId, stamped } from '../store/stored.ts';
import type { PowerDriver } from './driver.ts';
import type { PowerDrivers } from './index.ts';
import { LastPowers } from './last.ts';
import { type PowerLimits, PowerQueue } from './limits.ts';
import { PowerService } from './service.ts';

/** A driver that can do nothing, or what is said. */
export const stub = (acts: PowerDriver['acts'] = {}): PowerDriver => ({
  about: 'for tests',
  needs: 'nothing',
  check: () => {},
  queue: ({ address, name }) => address ?? name,
  acts,
});

export const makeSystem = (name: string, power?: System['power']): System =>
  stamped({ id: newId('sys'), name, ...(power === undefined ? {} : { power }) }, new Date(0));

interface Options {
  drivers?: Partial<PowerDrivers>;
  systems: System[];
  limits?: Partial<PowerLimits>;
  deadlineSeconds?: number;
  graceSeconds?: number;
  agents?: boolean;
  /** Of the machine whose agent answers at this moment. */
  aliveBoot?: () => string | undefined;
  /** A second of the service's lasts so many milliseconds here. */
  secondMs?: number;
}

export const testService = (options: Options) => {
  const { systems, drivers = {}, limits = {}, secondMs = 10, agents = false } = options;
  const store = memoryStore();
  const started = performance.now();
  const time = {
    sleep: (seconds: number) =>
      new Promise<void>((resolve) => {
        setTimeout(resolve, seconds * secondMs);
      }),
    now: () => ((performance.now() - started) / secondMs) * 1000,
  };
  const none = stub();
  const last = new LastPowers(store.power, () => new Date());
  const service = new PowerService({
    drivers: {
      agent: none,
      guest: none,
      ipmi: none,
      redfish: none,
      fence: none,
      'wake-on-lan': none,
      libvirt: none,
      command: none,
      ...drivers,
    },
    source: async (ref) => {
      const system = systems.find(({ name, id }) => name === ref || id === ref);
      if (system === undefined) throw new Error(`no ${ref}`);
      return { system, facts: undefined, hasAgent: agents, open: (sealed) => sealed };
    },
    aliveBoot: async () => options.aliveBoot?.(),
    last,
    queue: new PowerQueue({ parallel: 4, staggerSeconds: 0, ...limits }, time),
    time,
    deadlineSeconds: options.deadlineSeconds ?? 30,
    ...(options.graceSeconds === undefined ? {} : { graceSeconds: options.graceSeconds }),
    log: () => {},
    around: (_, alteration) => alteration(),
  });
  const { signal } = new AbortController();
  return {
    service,
    last,
    time,
    act: (name: string, action: PowerAction, more: Partial<PowerRequest> = {}) =>
      service.one(name, { action, ...more }, signal),
  };
};

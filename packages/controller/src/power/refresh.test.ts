import { expect, test } from 'vitest';
import { unreachable } from './failures.ts';
import { answered, PowerRefresh } from './refresh.ts';
import { makeSystem, stub, testService } from './testing.ts';

test('systems are asked in turn, silent ones ever less', async () => {
  let now = 0;
  const asked: string[] = [];
  const refresh = new PowerRefresh({
    systems: async () => [makeSystemOf('good'), makeSystemOf('silent')],
    ask: async ({ name }) => {
      asked.push(`${name} ${Math.round(now / 1000)}`);
      return name === 'good';
    },
    everySeconds: 100,
    now: () => now,
    random: () => 0.5,
    log: () => {},
  });
  for (; now <= 1_000_000; now += 10_000) {
    await refresh.tick();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await refresh.close();
  const times = (name: string) =>
    asked.filter((line) => line.startsWith(name)).map((line) => Number(line.split(' ')[1]));
  expect(times('good')).toEqual([50, 150, 250, 350, 450, 550, 650, 750, 850, 950]);
  expect(times('silent')).toEqual([50, 250, 650]);
});

test('a BMC that is silent is asked ever less, though the agent stands in for it', async () => {
  let now = 0;
  const asked: number[] = [];
  const ipmi = stub({
    status: async (target) => {
      throw unreachable(target);
    },
  });
  const systems = [makeSystem('web1', { address: 'bmc1', password: 'x' })];
  const drivers = { ipmi, agent: stub({ status: async () => 'on' }) };
  const { act } = testService({ drivers, systems, agents: true, secondMs: 1 });
  const refresh = new PowerRefresh({
    systems: async () => systems,
    ask: async ({ name }) => {
      asked.push(now / 1000);
      const result = await act(name, 'status');
      expect(result).toMatchObject({ driver: 'agent', state: 'on' });
      return answered(result);
    },
    everySeconds: 100,
    now: () => now,
    random: () => 0.5,
    log: () => {},
  });
  for (; now <= 1_000_000; now += 50_000) {
    await refresh.tick();
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  await refresh.close();
  expect(asked).toEqual([50, 250, 650]);
});

const systems = new Map<string, ReturnType<typeof makeSystem>>();
const makeSystemOf = (name: string) => {
  const system = systems.get(name) ?? makeSystem(name, { driver: 'ipmi' });
  systems.set(name, system);
  return system;
};

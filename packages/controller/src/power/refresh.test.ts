import { expect, test } from 'vitest';
import { PowerRefresh } from './refresh.ts';
import { makeSystem } from './testing.ts';

test('systems are asked in turn, silent ones ever less, those without power never', async () => {
  let now = 0;
  const asked: string[] = [];
  const refresh = new PowerRefresh({
    systems: async () => [
      makeSystemOf('good'),
      makeSystemOf('silent'),
      { ...makeSystemOf('bare'), power: undefined } as never,
    ],
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
  expect(times('bare')).toEqual([]);
});

const systems = new Map<string, ReturnType<typeof makeSystem>>();
const makeSystemOf = (name: string) => {
  const system = systems.get(name) ?? makeSystem(name, { driver: 'ipmi' });
  systems.set(name, system);
  return system;
};

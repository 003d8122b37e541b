import { expect, test } from 'vitest';
import { factsReader } from './recent-facts.ts';
import { facts as server } from './testing/facts.ts';

test('facts are read again when they are ten seconds old', async () => {
  let [looks, now] = [0, 0];
  const facts = factsReader(
    async () => {
      looks += 1;
      now += 1_000;
      return { ...server, hostname: `look${looks}` };
    },
    () => now,
  );
  const seen = async () => (await facts.recent()).hostname;
  expect(await seen()).toBe('look1');
  now = 9_999;
  expect(await seen()).toBe('look1');
  now = 10_000;
  expect(await seen()).toBe('look2');
  // Who asks for a look gets one, and its result counts for the others.
  expect((await facts.read()).hostname).toBe('look3');
  expect(await seen()).toBe('look3');
});

test('a look that fails leaves nothing behind', async () => {
  let broken = true;
  const facts = factsReader(async () => {
    if (broken) throw new Error('lsblk is missing');
    return server;
  });
  await expect(facts.recent()).rejects.toThrow('lsblk is missing');
  broken = false;
  expect(await facts.recent()).toBe(server);
});

import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { repository } from '../../../test/support/cache.ts';
import { freePort } from '../../../test/support/ports.ts';
import { openClient, throughput } from './inventory/client.ts';
import { bareWrite } from './inventory/durable.ts';
import { benchSystem, fillStore } from './inventory/fill.ts';
import { startController, startServer } from './inventory/server.ts';
import { beside, compared, median, perSecond, type Row, reported } from './row.ts';

const bench = 'inventory';
const CONNECTIONS = 32;

/** One inventory's figures: milliseconds, MiB, answer files a second; beside them their limits. */
interface Figures {
  count: number;
  start: number;
  rss: number;
  rssAfter: number;
  add: { ours: number; baseline: number };
  answers: { ours: number; baseline: number };
  list: { ours: number; baseline: number };
  save: { ours: number; baseline: number };
}

const millisecondsOf = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};

/** Ours and the limit, turn by turn, each `turns` times: the medians in milliseconds. */
const turnByTurn = async (
  turns: number,
  ours: (turn: number) => Promise<unknown>,
  baseline: (turn: number) => Promise<unknown>,
): Promise<{ ours: number; baseline: number }> => {
  const times: { ours: number[]; baseline: number[] } = { ours: [], baseline: [] };
  for (let turn = 0; turn < turns; turn += 1) {
    times.baseline.push(await millisecondsOf(() => baseline(turn)));
    times.ours.push(await millisecondsOf(() => ours(turn)));
  }
  return { ours: median(times.ours), baseline: median(times.baseline) };
};

/** A program of Node that does nothing but say the text over the same TLS. */
const withBare = async <Result>(
  dataDir: string,
  text: string | Buffer,
  use: (ask: () => Promise<unknown>) => Promise<Result>,
): Promise<Result> => {
  const file = join(dataDir, 'bare.txt');
  writeFileSync(file, text);
  const port = await freePort();
  const program = join(repository, 'scripts/lib/bench/inventory/bare.ts');
  const log = join(dataDir, 'bare.log');
  const server = await startServer([program, dataDir, String(port), file], port, log);
  const client = openClient(dataDir, port, CONNECTIONS);
  try {
    return await use(() => client.ask('GET', '/'));
  } finally {
    client.close();
    await server.stop();
  }
};

export const measure = async (count: number, rounds: number): Promise<Figures> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'resole-bench-'));
  const ports = { api: await freePort(), provision: await freePort() };
  try {
    // The first start makes keys and certificates, which no later one has to.
    await (await startController(dataDir, ports)).stop();
    const profile = fillStore(dataDir, count);
    const starts: number[] = [];
    for (let round = 1; round < rounds; round += 1) {
      const server = await startController(dataDir, ports);
      starts.push(server.startMs);
      await server.stop();
    }
    const server = await startController(dataDir, ports);
    starts.push(server.startMs);
    const client = openClient(dataDir, ports.api, CONNECTIONS);
    try {
      await sleep(2000);
      const rss = server.rssMiB();
      const scratch = join(dataDir, 'bare-writes');
      mkdirSync(scratch);
      const text = `${JSON.stringify(benchSystem(0, profile), null, 2)}\n`;
      const add = await turnByTurn(
        100,
        (turn) => client.ask('POST', '/v1/systems', benchSystem(count + turn, profile)),
        (turn) => bareWrite(scratch, `${turn}.json`, text),
      );
      const save = await turnByTurn(
        20,
        (turn) => client.ask('PATCH', `/v1/profiles/${profile}`, { vars: { turn: String(turn) } }),
        (turn) => bareWrite(scratch, `profile-${turn}.json`, text),
      );
      const all = await client.ask('GET', '/v1/systems');
      const list = await withBare(dataDir, all, (bare) =>
        turnByTurn(10, () => client.ask('GET', '/v1/systems'), bare),
      );
      const answer = (turn: number) => {
        const { name } = benchSystem((turn * 7919) % count, profile);
        return client.ask('GET', `/v1/systems/${name}/answer-file`);
      };
      const answers = await withBare(dataDir, await answer(0), async (bare) => ({
        baseline: await throughput(bare, CONNECTIONS, 3),
        ours: await throughput(answer, CONNECTIONS, 3),
      }));
      const rssAfter = server.rssMiB();
      return { count, start: median(starts), rss, rssAfter, add, answers, list, save };
    } finally {
      client.close();
      await server.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
};

/** One inventory's rows. Targets are those for 3,000 systems; larger ones are judged per object. */
const rowsOf = (figures: Figures, withTargets: boolean): Row[] => {
  const { count, start, rss, rssAfter, add, answers, list, save } = figures;
  const target = (most: number) => (withTargets ? most : undefined);
  const head = (what: string, unit: Row['unit']) => ({
    bench,
    unit,
    what: `${what}, ${count.toLocaleString('en')} systems`,
  });
  return [
    beside(head('add one system durably', 'ms'), add, target(5)),
    perSecond(head('resolve and render an answer file', '/s'), answers, target(1000)),
    beside(head('list all', 'ms'), list, target(100)),
    beside(head('save the profile of all', 'ms'), save, target(50)),
    reported(head('controller start', 'ms'), start, target(2000)),
    reported(head('memory after the start', 'MiB'), rss, target(128)),
    reported(head('memory after all of this', 'MiB'), rssAfter),
  ];
};

/** What an object costs in the large inventory, against the small one; at most half as much again. */
const perObject = (small: Figures, large: Figures): Row[] => {
  const each = (what: string, unit: Row['unit'], of: (figures: Figures) => number): Row =>
    compared(
      { bench, unit, what: `${what}: each` },
      [{ ours: of(large), baseline: of(small) }],
      1.5,
    );
  return [
    each('add one system durably', 'ms', ({ add }) => add.ours),
    each('resolve and render an answer file', 'ms', ({ answers }) => 1000 / answers.ours),
    each('list all', 'µs', ({ list, count }) => (list.ours / count) * 1000),
    each('save the profile of all', 'ms', ({ save }) => save.ours),
    each('controller start', 'µs', ({ start, count }) => (start / count) * 1000),
    each('memory after the start', 'KiB', ({ rss, count }) => (rss / count) * 1024),
  ];
};

/** The inventory at 3,000 and 30,000 systems: a real controller on a real store, over HTTPS. */
export const benchInventory = async (rounds: number): Promise<Row[]> => {
  await execa(join(repository, 'node_modules/.bin/node'), ['scripts/lib/bundle.ts'], {
    cwd: repository,
  });
  const small = await measure(3000, rounds);
  const large = await measure(30_000, rounds);
  return [...rowsOf(small, true), ...rowsOf(large, false), ...perObject(small, large)];
};

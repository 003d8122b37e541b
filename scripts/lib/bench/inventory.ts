import { join } from 'node:path';
import { execa } from 'execa';
import { repository } from '../../../test/support/cache.ts';
import { throughput } from './inventory/client.ts';
import { bareWrite } from './inventory/durable.ts';
import { benchSystem } from './inventory/fill.ts';
import { CONNECTIONS, type Instance, openInstance } from './inventory/instance.ts';
import { beside, compared, median, perSecond, type Row, reported } from './row.ts';

const bench = 'inventory';
const SMALL = 3000;
const LARGE = 30_000;
/** Installers that fetch; few, so that each fetch is noted in a record of a usual size. */
const JOBS = 500;

/** What was measured in turns: the limit, the small inventory, the large one. */
interface Turns {
  limit: number[];
  small: number[];
  large: number[];
}

type Work = (turn: number) => Promise<number>;

/** Machines are noisy: what is compared is measured in turns, never one after the other. */
const inTurns = async (
  turns: number,
  works: Readonly<Record<keyof Turns, Work>>,
): Promise<Turns> => {
  const found: Turns = { limit: [], small: [], large: [] };
  for (let turn = 0; turn < turns; turn += 1) {
    for (const key of ['limit', 'small', 'large'] as const) {
      found[key].push(await works[key](turn));
    }
  }
  return found;
};

const milliseconds =
  (work: (turn: number) => Promise<unknown>): Work =>
  async (turn) => {
    const start = performance.now();
    await work(turn);
    return performance.now() - start;
  };

const add = ({ client, count, profile }: Instance) =>
  milliseconds((turn) => client.ask('POST', '/v1/systems', benchSystem(count + turn, profile)));

const save = ({ client, profile }: Instance) =>
  milliseconds((turn) =>
    client.ask('PATCH', `/v1/profiles/${profile}`, { vars: { turn: String(turn) } }),
  );

const list = ({ client }: Instance) => milliseconds(() => client.ask('GET', '/v1/systems'));

const writing = ({ scratch, profile }: Instance, what: string) => {
  const text = `${JSON.stringify(benchSystem(0, profile), null, 2)}\n`;
  return milliseconds((turn) => bareWrite(scratch, `${what}-${turn}.json`, text));
};

const answer = ({ client, count, profile }: Instance, turn: number) => {
  // Far apart, so that no two are neighbours.
  const { name } = benchSystem((turn * 7919) % count, profile);
  return client.ask('GET', `/v1/systems/${name}/answer-file`);
};

const SECONDS = 2;
const often = (ask: (turn: number) => Promise<unknown>): Work => {
  let from = 0;
  return () => throughput(() => ask(from++), CONNECTIONS, SECONDS);
};

/** One size's rows. Targets are those for 3,000 systems; the large inventory is judged by each object. */
const rowsOf = (
  instance: Instance,
  key: 'small' | 'large',
  measured: Readonly<Record<'add' | 'save' | 'answers' | 'list', Turns>>,
): Row[] => {
  const target = (value: number) => (key === 'small' ? value : undefined);
  const head = (what: string, unit: Row['unit']) => ({
    bench,
    unit,
    what: `${what}, ${instance.count.toLocaleString('en')} systems`,
  });
  const medians = ({ limit, [key]: ours }: Turns) => ({
    ours: median(ours),
    baseline: median(limit),
  });
  const { add, save, answers, list } = measured;
  return [
    beside(head('add one system durably', 'ms'), medians(add), target(5)),
    perSecond(head('resolve and render an answer file', '/s'), medians(answers), target(1000)),
    beside(head('list all', 'ms'), medians(list), target(100)),
    beside(head('save the profile of all', 'ms'), medians(save), target(50)),
    reported(head('controller start', 'ms'), instance.startMs, target(2000)),
    reported(head('memory after the start', 'MiB'), instance.rssAtStart, target(128)),
    reported(head('memory after all of this', 'MiB'), instance.rss()),
  ];
};

/**
 * An answer file as an installer gets it: rendered of what its job was planned with, over plain HTTP;
 * that it was fetched is durable in the job's record before it is sent.
 */
const installing = async (instance: Instance, rounds: number): Promise<Row> => {
  const { installer, answerFiles } = instance;
  const fetchOne = (turn: number) =>
    installer.ask('GET', answerFiles[turn % answerFiles.length] ?? '');
  const limit = often(await instance.bare(await fetchOne(0), true));
  const ours = often(fetchOne);
  const rates: { limit: number[]; ours: number[] } = { limit: [], ours: [] };
  for (let round = 0; round < rounds; round += 1) {
    rates.limit.push(await limit(round));
    rates.ours.push(await ours(round));
  }
  const found = { ours: median(rates.ours), baseline: median(rates.limit) };
  const what = 'an answer file fetched by an installer, noted durably';
  return perSecond({ bench, unit: '/s', what }, found);
};

/** What one object costs in the large inventory against the small one: at most half as much again. */
const each = (what: string, unit: Row['unit'], small: number[], large: number[]): Row =>
  compared(
    { bench, unit, what: `${what}: each, large against small` },
    small.map((baseline, turn) => ({ baseline, ours: large[turn] ?? Number.NaN })),
    1.5,
  );

const measure = async (small: Instance, large: Instance, rounds: number): Promise<Row[]> => {
  const adds = await inTurns(100, {
    limit: writing(small, 'system'),
    small: add(small),
    large: add(large),
  });
  const saves = await inTurns(30, {
    limit: writing(small, 'profile'),
    small: save(small),
    large: save(large),
  });
  const bareAnswer = await small.bare(await answer(small, 0));
  const answers = await inTurns(rounds, {
    limit: often(bareAnswer),
    small: often((turn) => answer(small, turn)),
    large: often((turn) => answer(large, turn)),
  });
  const lists = { small: list(small), large: list(large) };
  const bareSmall = await small.bare(await small.client.ask('GET', '/v1/systems'));
  const bareLarge = await large.bare(await large.client.ask('GET', '/v1/systems'));
  const listed = await inTurns(10, { limit: milliseconds(bareSmall), ...lists });
  const listedLarge = await inTurns(3, { limit: milliseconds(bareLarge), ...lists });
  const measured = { add: adds, save: saves, answers };
  const per = (values: number[], { count }: Instance, scale: number) =>
    values.map((value) => (value / count) * scale);
  return [
    ...rowsOf(small, 'small', { ...measured, list: listed }),
    ...rowsOf(large, 'large', { ...measured, list: listedLarge }),
    each('add one system durably', 'ms', adds.small, adds.large),
    each(
      'resolve and render an answer file',
      'ms',
      answers.small.map((rate) => 1000 / rate),
      answers.large.map((rate) => 1000 / rate),
    ),
    each('list all', 'µs', per(listed.small, small, 1000), per(listed.large, large, 1000)),
    each('save the profile of all', 'ms', saves.small, saves.large),
    each(
      'controller start',
      'µs',
      per([small.startMs], small, 1000),
      per([large.startMs], large, 1000),
    ),
    each(
      'memory',
      'KiB',
      per([small.rssAtStart], small, 1024),
      per([large.rssAtStart], large, 1024),
    ),
  ];
};

/** The inventory at 3,000 and 30,000 systems: real controllers on real stores, over HTTPS. */
export const benchInventory = async (rounds: number): Promise<Row[]> => {
  await execa(join(repository, 'node_modules/.bin/node'), ['scripts/lib/bundle.ts'], {
    cwd: repository,
  });
  const open: Instance[] = [];
  try {
    const small = await openInstance({ count: SMALL }, rounds);
    open.push(small);
    const large = await openInstance({ count: LARGE }, rounds);
    open.push(large);
    const rows = await measure(small, large, rounds);
    const running = await openInstance({ count: JOBS, jobs: JOBS }, 1);
    open.push(running);
    return [...rows, await installing(running, rounds)];
  } finally {
    for (const instance of open.reverse()) await instance.close();
  }
};

/** Many guests at once: all different, and no more than the host has room for. */
import type { Guest, JobView, Plan } from '@resole/protocol';
import { until } from '../../support/source-controller.ts';
import { create, running, virsh } from './tiny.ts';
import type { VirtWorld } from './world.ts';

const MANY = 100;
/** So many of them are really made; the others are called off. */
const MADE = 10;

/** A hundred guests of one host, asked for at the same moment, each named after its MAC. */
export const many = async (world: VirtWorld) => {
  const flags = ['--type', 'qemu', '--memory', '16', '--cpus', '1', '--disk', '0.0625'];
  const ways = ['--install', 'import', '--image', 'tiny-raw', '--network', 'user'];
  const start = performance.now();
  const jobs = await Promise.all(
    Array.from({ length: MANY }, () =>
      world.cli<JobView>([
        'virt',
        ...['create', world.host, '--profile', 'tiny', ...flags, ...ways],
      ]),
    ),
  );
  const seconds = () => Math.round((performance.now() - start) / 1000);
  console.error(`${MANY} guests asked for in ${seconds()} s`);
  const distinct = (of: (job: JobView) => unknown) => new Set(jobs.map(of)).size;
  const many = {
    names: distinct(({ plan }) => plan.guest?.name),
    macs: distinct(({ plan }) => plan.guest?.nic.mac),
    uuids: distinct(({ plan }) => plan.guest?.uuid),
  };
  // The first is being made, 99 wait; a look is not kept waiting by them.
  await world.cli<Guest[]>(['virt', 'list', world.host]);
  const shown = await world.cli<JobView[]>(['job', 'list']);
  const waiting = shown.filter(({ state }) => state === 'queued').length > MANY / 2;
  await until(`${MADE} guests`, 200, async () =>
    (await running()).length >= MADE ? true : undefined,
  );
  console.error(`${MADE} of them run after ${seconds()} s`);
  await Promise.all(jobs.map(({ id }) => world.cli(['job', 'cancel', id]).catch(() => undefined)));
  const ends = await Promise.all(jobs.map((job) => world.ended(job)));
  const made = ends.filter(({ state }) => state === 'done').map(({ systemName }) => systemName);
  const allMade = made.length >= MADE && made.sort().join() === (await running()).join();
  for (const name of made) await world.cli(['virt', 'undefine', name, '--yes']);
  return { many, waiting, made: allMade };
};

/** Two that fit each, but not together, asked for at the same moment. */
export const tooMuch = async (world: VirtWorld) => {
  const info = await virsh('pool-info', '--bytes', 'default');
  const available = Number(/Available:\s+(\d+)/.exec(info)?.[1]);
  const disk = ['--disk', ((available / 1024 ** 3) * 0.6).toFixed(1), '--install', 'pxe'];
  const ask = (name: string, ...more: string[]) =>
    create(world, name, '--network', 'user', ...disk, ...more);
  const asked = await Promise.allSettled([ask('half'), ask('other-half')]);
  const jobs = asked.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const refusals = asked.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
  const said = (text: string) => /pool default has \d+ bytes free, \d+ are needed/.test(text);
  const plan = await ask('third', '--dry-run').then((each) => each as unknown as Plan);
  // A disk that has not been filled yet counts as if it were.
  const [job] = jobs;
  const ended = job === undefined ? undefined : await world.ended(job);
  const later = await ask('third').catch((error: Error) => error);
  const found = {
    made: jobs.length,
    refused: refusals.map((error: Error) => said(error.message)),
    planned: plan.warnings?.map(said),
    afterwards: [ended?.state, later instanceof Error && said(later.message)],
  };
  await world.cli(['virt', 'undefine', ended?.systemName ?? '', '--yes']);
  return found;
};

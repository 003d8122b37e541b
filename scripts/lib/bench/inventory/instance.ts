import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { repository } from '../../../../test/support/cache.ts';
import { freePort } from '../../../../test/support/ports.ts';
import { median } from '../row.ts';
import { type Client, openClient } from './client.ts';
import { fillStore } from './fill.ts';
import { fillJobs } from './jobs.ts';
import { startController, startServer } from './server.ts';

/** Requests that are under way at once. */
export const CONNECTIONS = 32;

/** A controller with an inventory of a size, which is being measured. */
export interface Instance {
  count: number;
  /** The profile of all its systems. */
  profile: string;
  client: Client;
  /** Asks the provision listener, as installers do: without TLS. */
  installer: Client;
  /** Paths there of the answer files of its jobs. */
  answerFiles: readonly string[];
  /** A folder on the same disk as its store. */
  scratch: string;
  startMs: number;
  /** Right after the start; and now. MiB. */
  rssAtStart: number;
  rss(): number;
  /** A program of Node that does nothing but say a text over the same TLS, or without. */
  bare(text: Buffer, plain?: boolean): Promise<() => Promise<unknown>>;
  close(): Promise<void>;
}

/**
 * @param count systems; and so many jobs whose installers run.
 * @param rounds the start is measured so often.
 */
export const openInstance = async (
  { count, jobs = 0 }: { count: number; jobs?: number },
  rounds: number,
): Promise<Instance> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'resole-bench-'));
  const closers: (() => Promise<void> | void)[] = [
    () => rm(dataDir, { recursive: true, force: true }),
  ];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const ports = { api: await freePort(), provision: await freePort() };
    // The first start makes keys and certificates, which no later one has to.
    await (await startController(dataDir, ports)).stop();
    const profile = fillStore(dataDir, count);
    const answerFiles = jobs === 0 ? [] : await fillJobs(dataDir, jobs);
    const starts: number[] = [];
    for (let round = 1; round < rounds; round += 1) {
      const server = await startController(dataDir, ports);
      starts.push(server.startMs);
      await server.stop();
    }
    const server = await startController(dataDir, ports);
    closers.push(() => server.stop());
    starts.push(server.startMs);
    await sleep(2000);
    const rssAtStart = server.rssMiB();
    const client = openClient(dataDir, ports.api, CONNECTIONS);
    const installer = openClient(dataDir, ports.provision, CONNECTIONS, true);
    closers.push(
      () => client.close(),
      () => installer.close(),
    );
    const scratch = join(dataDir, 'scratch');
    mkdirSync(scratch);
    return {
      count,
      profile,
      client,
      installer,
      answerFiles,
      scratch,
      startMs: median(starts),
      rssAtStart,
      rss: () => server.rssMiB(),
      bare: async (text, plain = false) => {
        const port = await freePort();
        const file = join(scratch, `${port}.txt`);
        writeFileSync(file, text);
        const program = join(repository, 'scripts/lib/bench/inventory/bare.ts');
        const args = [program, dataDir, String(port), file, ...(plain ? ['plain'] : [])];
        const bare = await startServer(args, port, join(scratch, `${port}.log`));
        closers.push(() => bare.stop());
        const asking = openClient(dataDir, port, CONNECTIONS, plain);
        closers.push(() => asking.close());
        return () => asking.ask('GET', '/');
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};

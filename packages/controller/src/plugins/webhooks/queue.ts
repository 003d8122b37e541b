/** Deliveries that are due: one file each, on the disk until delivered or given up. */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { syncFolder } from '../../store/lowdb/durable-file.ts';

export const Delivery = z.object({
  hook: z.string(),
  /** Of the event: the same at each attempt, and for each receiver. */
  id: z.string(),
  event: z.string(),
  acceptedAt: z.iso.datetime(),
  /** What is sent, as it was when the event happened. */
  body: z.string(),
});
export type Delivery = z.infer<typeof Delivery>;

/** Where a delivery lies; keys sort in the order in which they were accepted. */
export interface Entry {
  key: string;
  hook: string;
}

export interface Queue {
  entries(): readonly Entry[];
  /** Durable when resolved. @returns undefined where the queue is full. */
  put(deliveries: readonly Delivery[]): Promise<Entry[] | undefined>;
  /** undefined where the file is not a delivery; it is set aside. */
  read(entry: Entry): Promise<Delivery | undefined>;
  done(entry: Entry): Promise<void>;
}

const keyPattern = /^(\d{15}-\d{6})\.([A-Za-z0-9_.-]+)\.json$/;

/** @param limit deliveries that may wait; what is accepted is kept, what comes on top is not. */
export const openQueue = async (folder: string, limit: number): Promise<Queue> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const names = (await readdir(folder)).sort();
  for (const name of names.filter((one) => one.startsWith('.new-'))) {
    await rm(join(folder, name), { force: true });
  }
  const known = new Map<string, Entry>();
  for (const name of names) {
    const [, , hook] = keyPattern.exec(name) ?? [];
    if (hook !== undefined) known.set(name, { key: name, hook });
  }
  let count = 0;
  /** Of one process they sort by their number, of several by the time. */
  const keyOf = (hook: string) => {
    count = (count + 1) % 1_000_000;
    const time = String(Date.now()).padStart(15, '0');
    return `${time}-${String(count).padStart(6, '0')}.${hook}.json`;
  };
  const write = async (delivery: Delivery): Promise<Entry> => {
    const temporary = join(folder, `.new-${randomBytes(6).toString('hex')}`);
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(JSON.stringify(delivery));
      await file.sync();
    } finally {
      await file.close();
    }
    const key = keyOf(delivery.hook);
    await rename(temporary, join(folder, key));
    return { key, hook: delivery.hook };
  };
  return {
    entries: () => [...known.values()],
    put: async (deliveries) => {
      if (known.size + deliveries.length > limit) return undefined;
      const entries: Entry[] = [];
      for (const delivery of deliveries) entries.push(await write(delivery));
      await syncFolder(folder);
      for (const entry of entries) known.set(entry.key, entry);
      return entries;
    },
    read: async ({ key }) => {
      const path = join(folder, key);
      try {
        return Delivery.parse(JSON.parse(await readFile(path, 'utf8')));
      } catch {
        await rename(path, `${path}.damaged`).catch(() => {});
        known.delete(key);
        return undefined;
      }
    },
    done: async ({ key }) => {
      // Not synced: after a power cut it may be sent once more, which receivers must bear anyway.
      await rm(join(folder, key), { force: true });
      known.delete(key);
    },
  };
};

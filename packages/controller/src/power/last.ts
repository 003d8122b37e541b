/** What was last known of each system's power. Written when it changes, not each time it is asked. */
import { type LastPower, type PowerState, ResoleError } from '@resole/protocol';
import { Lines } from '../jobs/lines.ts';
import type { Collection } from '../store/store.ts';
import { revised, stamped } from '../store/stored.ts';

/** Seconds after which a state that stays the same is written down again. */
const WRITE_AGAIN_MS = 3_600_000;

export class LastPowers {
  readonly #collection: Collection<LastPower>;
  readonly #now: () => Date;
  readonly #lines = new Lines();
  /** When each was last seen, between two writes. */
  readonly #seen = new Map<string, string>();

  constructor(collection: Collection<LastPower>, now: () => Date) {
    this.#collection = collection;
    this.#now = now;
  }

  async get(system: string): Promise<LastPower | undefined> {
    const last = await this.#collection.get(system);
    const seenAt = this.#seen.get(system);
    return last && seenAt !== undefined && seenAt > last.seenAt ? { ...last, seenAt } : last;
  }

  async all(): Promise<LastPower[]> {
    const stored = await this.#collection.list();
    const all = await Promise.all(stored.map(({ id }) => this.get(id)));
    return all.filter((last) => last !== undefined);
  }

  /** The power system has said it. */
  saw(system: string, driver: string, state: PowerState): Promise<void> {
    return this.#lines.run(system, async () => {
      const now = this.#now();
      const seenAt = now.toISOString();
      this.#seen.set(system, seenAt);
      const last = await this.#collection.get(system);
      if (last === undefined) {
        await this.#collection.create(stamped({ id: system, driver, state, seenAt }, now));
        return;
      }
      const same = last.state === state && last.driver === driver && last.unreachable === undefined;
      if (same && now.getTime() - Date.parse(last.seenAt) < WRITE_AGAIN_MS) return;
      const { unreachable: _, ...rest } = last;
      await this.#collection.replace(revised(rest, { driver, state, seenAt }, now));
    });
  }

  /** Nobody could tell: the system is flagged, and its last state stays with its time. */
  missed(system: string, driver: string, error: unknown): Promise<void> {
    return this.#lines.run(system, async () => {
      const now = this.#now();
      const body =
        error instanceof ResoleError
          ? error.toBody()
          : ({ code: 'internal', message: String(error) } as const);
      const last = await this.#collection.get(system);
      if (last?.unreachable?.error.message === body.message) return;
      const unreachable = { since: last?.unreachable?.since ?? now.toISOString(), error: body };
      if (last === undefined) {
        const seenAt = now.toISOString();
        const object = { id: system, driver, state: 'unknown' as const, seenAt, unreachable };
        await this.#collection.create(stamped(object, now));
      } else await this.#collection.replace(revised(last, { unreachable }, now));
    });
  }

  /** Resolves when all is written. */
  settled(): Promise<void> {
    return this.#lines.settled();
  }
}

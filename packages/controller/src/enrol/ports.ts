import { type Distro, type Job, ResoleError } from '@resole/protocol';
import type { Lines } from '../jobs/lines.ts';
import type { Happening } from '../jobs/record.ts';
import type { Store } from '../store/store.ts';

/** What taking an agent in needs of the rest of the controller. */
export interface EnrolDeps {
  store: Store;
  secret: Buffer;
  jobKeySpki: string;
  /** One enrolment after the other by the same credential, and of the same system. */
  lines: Lines;
  isOnline(agent: string): boolean;
  /** Ends the session of an agent that was replaced. */
  drop(agent: string, error: ResoleError): void;
  happen(job: string, event: Happening): Promise<Job>;
  distroOf(job: Job): Promise<Distro | undefined>;
  log(message: string, fields: Record<string, unknown>): void;
  now(): Date;
  /** Runs a task while nobody else writes to the inventory. */
  exclusively<T>(task: () => Promise<T>): Promise<T>;
}

/** The one answer to every credential that is no good. */
export const invalid = (): ResoleError =>
  new ResoleError('token-invalid', 'the join token is unknown, used up or expired', {
    remedy: 'make a new one with `resole token create`',
  });

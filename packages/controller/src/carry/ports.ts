import type { Job, PowerRequest, PowerResult } from '@resole/protocol';
import type { Happening } from '../jobs/record.ts';

/** What carrying out a job by orders to a power system needs of the rest. */
export interface CarryDeps {
  job(id: string): Promise<Job | undefined>;
  happen(id: string, event: Happening): Promise<Job>;
  /** Notes the hand-over, unless a cancel came before. */
  handOver(id: string, bootId: string | undefined): Promise<Job>;
  /** One order or question to the power system; what went wrong is in the result. */
  power(
    system: string,
    order: Omit<PowerRequest, 'systems'>,
    signal: AbortSignal,
  ): Promise<PowerResult>;
  /** Boot id of the system's agent when it was last heard. */
  bootIdOf(system: string): Promise<string | undefined>;
  /** Marks the system as out of service, and locks its agents out. */
  retire(system: string): Promise<void>;
  /** Ends a job whose installer has said its last word, where no agent will come. */
  finished(job: string): Promise<void>;
  log(message: string, fields: Record<string, unknown>): void;
}

/** Carries one job on from where its record stands; it may have been begun before a restart. */
export type Course = (deps: CarryDeps, job: Job, signal: AbortSignal) => Promise<void>;

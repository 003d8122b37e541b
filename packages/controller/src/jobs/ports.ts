import type { Job, JobEvent, Progress, ToAgent } from '@resole/protocol';

/** Where jobs are kept; what `replace` and `create` resolved is durable. */
export interface JobStore {
  get(id: string): Promise<Job | undefined>;
  list(): Promise<Job[]>;
  create(job: Job): Promise<void>;
  replace(job: Job): Promise<void>;
}

/** The connections to agents. */
export interface AgentLink {
  /** @returns false where the agent is not connected; nothing is queued here. */
  send(agent: string, message: ToAgent): boolean;
  isOnline(agent: string): boolean;
}

export interface Clock {
  now(): Date;
  /** Calls back once, after so many milliseconds. @returns a function that takes it back. */
  after(milliseconds: number, call: () => void): () => void;
}

/** Who is told of what happens. */
export interface JobFeed {
  event(job: Job, event: JobEvent): void;
  progress(job: Job, progress: Progress): void;
}

/** Makes the signed message that gives a job to its agent. */
export type Dispatch = (job: Job & { agent: string }, now: Date) => ToAgent;

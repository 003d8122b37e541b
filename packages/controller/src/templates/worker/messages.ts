import type { Failure, Templates } from '../environment.ts';

/** One rendering: some templates of a set, all with the same variables. */
export interface RenderRequest {
  id: number;
  /** Names the set and its texts; the same key always means the same texts. */
  key: string;
  /** The set, where the thread may not have it yet. */
  templates?: Templates;
  names: readonly string[];
  /** JSON of an object: a string goes over at next to no cost. */
  variables: string;
}

export type RenderReply =
  | { id: number; texts: string[] }
  | { id: number; failure: Failure }
  /** The thread has forgotten the set: ask again, with it. */
  | { id: number; unknown: true };

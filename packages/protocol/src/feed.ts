import type { JobEvent, JobView, Progress } from './job.ts';

/** Where the feed is, below the API's address. */
export const FEED_PATH = '/v1/feed';

/** What people's screens are told over socket.io, namespace `/feed`. */
export interface FeedEvents {
  /** A job changed its state or something happened to it. */
  job: (change: { id: string; system: string; event: JobEvent }) => void;
  progress: (change: { id: string; system: string; progress: Progress }) => void;
  /** Lines of the installer's log. */
  log: (change: { id: string; text: string }) => void;
  agent: (change: { id: string; system: string; online: boolean }) => void;
}

/** What screens may ask. `watch` answers with the job as it is, then its changes follow. */
export interface FeedRequests {
  watch: (job: string, reply: (job: JobView | undefined) => void) => void;
  watchAll: () => void;
}

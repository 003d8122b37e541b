/** Where the time of a reinstall goes, by the job's own events. */
import type { JobEvent } from '@resole/protocol';

/** Seconds of each part, in their order. */
export type Parts = Record<string, number>;

/**
 * @param events of a job by kexec
 * @param began when the command was given, ms since the epoch
 * @param seconds from there to the installer's kernel
 */
export const partsOf = (events: readonly JobEvent[], began: number, seconds: number): Parts => {
  const times = (type: string, step = '') =>
    events
      .filter((event) => event.type === type && (event.message ?? '').startsWith(step))
      .map(({ at }) => (Date.parse(at) - began) / 1000);
  const first = (type: string, step?: string) => times(type, step)[0] ?? Number.NaN;
  const last = (type: string, step?: string) => times(type, step).at(-1) ?? Number.NaN;
  return {
    'the command, the plan, the way to the agent': first('accepted'),
    'downloads and their checksums':
      last('step-done', 'fetch-file') - first('step-started', 'fetch-file'),
    'loading the kernel': first('armed') - first('step-started', 'arm-kexec'),
    'shutting down, and the kernel’s start': seconds - first('handing-over'),
  };
};

import type { Clock } from './ports.ts';

/** The machine's own time. Its timers don't keep a process alive. */
export const systemClock: Clock = {
  now: () => new Date(),
  after: (milliseconds, call) => {
    const timer = setTimeout(call, milliseconds);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

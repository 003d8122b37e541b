import { type AgentLog, type LogLine, MAX_LOG_LINE, MAX_LOG_LINES } from '@resole/protocol';
import type { logLevels } from './config.ts';
import type { Log } from './ports.ts';

type Level = (typeof logLevels)[number];

/** Priorities of sd-daemon(3): journald reads the prefix and takes it off. */
const priority: Record<Level, number> = { error: 3, warn: 4, info: 6, debug: 7 };
const rank: Level[] = ['debug', 'info', 'warn', 'error'];

/** A log of lines; `forJournald` puts the level in front as systemd's journal wants it. */
export const lineLog =
  (write: (line: string) => void, least: Level, forJournald: boolean): Log =>
  (level, message) => {
    if (rank.indexOf(level) < rank.indexOf(least)) return;
    const prefix = forJournald ? `<${priority[level]}>` : `${level}: `;
    write(`${prefix}${message.replaceAll('\n', '; ')}\n`);
  };

export interface RecentLog {
  /** Notes the line, and passes it on. */
  log: Log;
  /** The last lines of this process, of those after a sequence number where one is given. */
  recent(count: number, after?: number): AgentLog;
}

/** Keeps the last lines in memory, for `resole agent logs`. */
export const recentLog = (log: Log, least: Level, now: () => Date): RecentLog => {
  const startedAt = now().toISOString();
  const lines: LogLine[] = [];
  let sequence = 0;
  return {
    log: (level, message) => {
      log(level, message);
      if (rank.indexOf(level) < rank.indexOf(least)) return;
      sequence += 1;
      lines.push({
        sequence,
        at: now().toISOString(),
        level,
        message: message.slice(0, MAX_LOG_LINE),
      });
      if (lines.length > MAX_LOG_LINES) lines.shift();
    },
    recent: (count, after = 0) => ({
      startedAt,
      lines: lines.filter((line) => line.sequence > after).slice(-count),
    }),
  };
};

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

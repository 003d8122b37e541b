/** The controller's log: one line per message, JSON for programs or text for people. */
import { styleText } from 'node:util';
import { maskText, maskValue } from './mask.ts';

const levels = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof levels)[number];
export type Fields = Readonly<Record<string, unknown>>;
type Write = (message: string, fields?: Fields) => void;

export interface Log extends Record<LogLevel, Write> {
  format: 'json' | 'text';
  /** A log whose every line carries these fields too. */
  with(fields: Fields): Log;
}

export interface LogOptions {
  /** The least important level that is written. */
  level: LogLevel;
  format: 'json' | 'text';
  colour: boolean;
  /** Takes a line without its line feed. */
  write(line: string): void;
  now?: () => Date;
}

export function createLog(options: LogOptions, bound: Fields = {}): Log {
  const at = (level: LogLevel): Write => {
    if (levels.indexOf(level) > levels.indexOf(options.level)) return () => {};
    return (message, fields = {}) => {
      const time = (options.now ?? (() => new Date()))();
      const all = maskValue({ ...bound, ...fields }) as Fields;
      const line = { time, level, message: maskText(message), fields: all };
      options.write(options.format === 'json' ? asJson(line) : asText(line, options.colour));
    };
  };
  return {
    format: options.format,
    error: at('error'),
    warn: at('warn'),
    info: at('info'),
    debug: at('debug'),
    with: (fields) => createLog(options, { ...bound, ...fields }),
  };
}

/** For tests and for parts that run without a controller. */
export const silentLog: Log = createLog({
  level: 'error',
  format: 'json',
  colour: false,
  write: () => {},
});

interface Line {
  time: Date;
  level: LogLevel;
  message: string;
  fields: Fields;
}

const asJson = ({ time, level, message, fields }: Line): string =>
  JSON.stringify({ ...fields, time: time.toISOString(), level, message });

/** `13:05:59 warn  something odd  job=job_x attempt=2`; an error's stack follows on lines below. */
function asText({ time, level, message, fields }: Line, colour: boolean): string {
  const style = (format: Parameters<typeof styleText>[0], text: string) =>
    colour ? styleText(format, text, { validateStream: false }) : text;
  const { error, ...others } = fields;
  const pairs = Object.entries(others).map(([key, value]) => `${key}=${brief(value)}`);
  const head = [
    style('dim', time.toTimeString().slice(0, 8)),
    level === 'error'
      ? style('red', 'error')
      : level === 'warn'
        ? style('yellow', 'warn ')
        : level.padEnd(5),
    message,
    ...(pairs.length === 0 ? [] : [style('dim', pairs.join(' '))]),
  ].join(' ');
  if (error === undefined) return head;
  const stack = (error as { stack?: unknown } | null)?.stack;
  return `${head}\n${String(stack ?? brief(error)).replaceAll(/^/gm, '    ')}`;
}

const brief = (value: unknown): string =>
  typeof value === 'string' && /^\S+$/.test(value) ? value : JSON.stringify(value);

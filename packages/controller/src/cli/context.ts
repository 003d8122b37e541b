/** What a command is given; main.ts makes it from the process. */
import type { Readable } from 'node:stream';
import type { Host } from '../settings/places.ts';

/** A stream that text is written to. */
export interface Screen {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

export interface CliContext {
  host: Host;
  stdin: Readable & { isTTY?: boolean };
  stdout: Screen;
  stderr: Screen;
  /** Folder that relative paths are meant from. */
  cwd: string;
  /** Aborted by SIGINT, SIGTERM and SIGHUP. */
  signal: AbortSignal;
}

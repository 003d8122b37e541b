/** What the agent's loop needs of the world around it; main.ts joins it with the real ones. */
import type {
  Facts,
  Progress,
  SignedJob,
  StepArguments,
  StepName,
  ToAgent,
  ToController,
} from '@resole/protocol';
import type { Run } from './exec.ts';

export interface Clock {
  now(): Date;
  /** Resolves after so many milliseconds; throws the abort's reason when aborted before. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** One line for the journal of the machine. Never secrets, never kernel command lines. */
export type Log = (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;

/** The way to the controller. It opens sessions again and again until it is aborted. */
export interface Transport {
  run(listener: SessionListener, signal: AbortSignal): Promise<void>;
}

export interface SessionListener {
  /** A session is open; `time` is the controller's. */
  opened(session: Session, time: Date): void;
  received(frame: ToAgent): void;
  closed(): void;
}

/** An open session; after it has closed both do nothing. */
export interface Session {
  send(frame: ToController): void;
  /** Drops the connection; the transport opens another. */
  close(): void;
}

/** Folders of one job on the machine's own disk. */
export interface JobFolders {
  /** Downloads. */
  staging: string;
  /** What must be known to undo the job: written before the change that it undoes. */
  undo: string;
}

/** What undoing needs; works without facts, since it may run on a machine that just came back. */
export interface UndoContext {
  job: SignedJob;
  folders: JobFolders;
  /** The root of the machine's file system: `/`, or a folder in tests. */
  root: string;
  run: Run;
  log: Log;
}

export interface StepContext extends UndoContext {
  /** The machine as it is, or was seconds ago. */
  facts(): Promise<Facts>;
  progress(progress: Progress): void;
  clock: Clock;
  signal: AbortSignal;
  /** This very agent: its version, and its executable where it is a packaged one. */
  program: { version: string; path?: string };
  /** Whether a session with the controller is open. */
  online(): boolean;
  /** Asks for the end of this process, which its service manager then starts anew. */
  restart(): void;
  /** The controller's CA, trusted for downloads over HTTPS too. */
  caPem?: string;
}

/** What a step has to say when it is done. */
export type Outcome = string | { message?: string; result: unknown } | undefined;

/** One kind of step. */
export interface Executor<Name extends StepName> {
  /**
   * Does it, or throws a ResoleError. Running it again after any interruption must be right.
   * @returns a line for people, or what it was asked to find out.
   */
  execute(args: StepArguments<Name>, context: StepContext): Promise<Outcome>;
  /** Takes its traces away, if there are any; may be called any number of times. */
  undo(context: UndoContext): Promise<void>;
}

export type Executors = { [Name in StepName]: Executor<Name> };

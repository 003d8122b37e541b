import type { RenderReply, RenderRequest } from './messages.ts';
import { startThread, type ThreadEnd, type ThreadHandle } from './thread-handle.ts';

/** A rendering that waits for its texts. */
export interface Waiting {
  request: Omit<RenderRequest, 'templates'>;
  templates: Readonly<Record<string, string>>;
  replied(reply: Exclude<RenderReply, { unknown: true }>): void;
}

/** Requests that lie at a thread at once, so that it never waits for the next one. */
const DEPTH = 8;

/** One thread with what it has to do, in order; a new thread is started when it fails. */
export class Lane {
  readonly #timeLimitMs: number;
  /** Milliseconds without work after which the thread ends; never where absent. */
  readonly #idleMs: number | undefined;
  #thread: ThreadHandle | undefined;
  #known = new Set<string>();
  #sent: Waiting[] = [];
  #queue: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(timeLimitMs: number, idleMs?: number) {
    this.#timeLimitMs = timeLimitMs;
    this.#idleMs = idleMs;
  }

  get load(): number {
    return this.#sent.length + this.#queue.length;
  }

  get started(): boolean {
    return this.#thread !== undefined;
  }

  add(waiting: Waiting): void {
    this.#queue.push(waiting);
    this.#feed();
  }

  close(): void {
    this.#end();
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#thread?.end();
    this.#thread = undefined;
    this.#known = new Set();
  }

  #feed(): void {
    this.#thread ??= startThread(
      (reply) => this.#replied(reply),
      (why) => this.#fail(problems[why]),
    );
    while (this.#sent.length < DEPTH) {
      const next = this.#queue.shift();
      if (next === undefined) break;
      this.#send(next);
    }
  }

  #send(waiting: Waiting): void {
    const { request, templates } = waiting;
    const known = this.#known.has(request.key);
    this.#known.add(request.key);
    this.#sent.push(waiting);
    if (this.#sent.length === 1) this.#watch();
    this.#thread?.send(known ? request : { ...request, templates });
  }

  /** The thread works in order: the first that was sent is the one that it is at. */
  #watch(): void {
    clearTimeout(this.#timer);
    if (this.#sent.length > 0) {
      const problem = `it takes longer than ${this.#timeLimitMs / 1000} s`;
      this.#timer = setTimeout(() => this.#fail(problem), this.#timeLimitMs);
    } else if (this.#idleMs !== undefined && this.#queue.length === 0) {
      this.#timer = setTimeout(() => this.#end(), this.#idleMs).unref();
    }
  }

  #replied(reply: RenderReply): void {
    const [waiting, ...others] = this.#sent;
    if (waiting === undefined || waiting.request.id !== reply.id) return;
    this.#sent = others;
    this.#watch();
    if ('unknown' in reply) {
      this.#known.delete(waiting.request.key);
      this.#queue.unshift(waiting);
    } else waiting.replied(reply);
    if (this.#queue.length > 0) this.#feed();
  }

  /** Only the rendering that the thread was at is to blame; the others go to a new thread. */
  #fail(problem: string): void {
    this.#end();
    const [blamed, ...others] = this.#sent;
    this.#sent = [];
    this.#queue = [...others, ...this.#queue];
    if (blamed) {
      const { id, names } = blamed.request;
      const failure = { problem, template: names[0] ?? '', line: undefined };
      blamed.replied({ id, failure });
    }
    if (this.#queue.length > 0) this.#feed();
  }
}

const problems: Record<ThreadEnd, string> = {
  'too-much-memory': 'it takes too much memory',
  crashed: 'the thread that rendered it ended',
};

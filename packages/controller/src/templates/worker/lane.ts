import type { RenderReply, RenderRequest } from './messages.ts';
import { startThread, type ThreadEnd, type ThreadHandle } from './thread-handle.ts';

/** A rendering that waits for its texts. */
export interface Waiting {
  request: Omit<RenderRequest, 'templates'>;
  templates: Readonly<Record<string, string>>;
  replied(reply: Exclude<RenderReply, { unknown: true }>): void;
}

/** Requests of one message: waking a thread costs as much as rendering a short text. */
const BATCH = 8;

/** Requests that lie at a thread at once, so that it never waits for the next batch. */
const DEPTH = 2 * BATCH;

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
  #feeding: NodeJS.Immediate | undefined;

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
    this.#start();
    // What else arrives in this turn of the event loop goes along.
    this.#feeding ??= setImmediate(() => this.#feed());
  }

  close(): void {
    clearImmediate(this.#feeding);
    this.#end();
  }

  #start(): ThreadHandle {
    this.#thread ??= startThread(
      (replies) => this.#replied(replies),
      (why) => this.#fail(problems[why]),
    );
    return this.#thread;
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#thread?.end();
    this.#thread = undefined;
    this.#known = new Set();
  }

  #feed(): void {
    this.#feeding = undefined;
    while (this.#queue.length > 0 && this.#sent.length + BATCH <= DEPTH) {
      const batch = this.#queue.splice(0, BATCH);
      const thread = this.#start();
      thread.send(batch.map((waiting) => this.#requestOf(waiting)));
      this.#sent.push(...batch);
      if (this.#sent.length === batch.length) this.#watch();
    }
  }

  /** With its templates, unless the thread has them. */
  #requestOf({ request, templates }: Waiting): RenderRequest {
    const known = this.#known.has(request.key);
    this.#known.add(request.key);
    return known ? request : { ...request, templates };
  }

  /** A rendering that the thread is still at after the limit has taken too long. */
  #watch(): void {
    clearTimeout(this.#timer);
    if (this.#sent.length > 0) {
      const at = this.#thread?.at();
      const check = () => (this.#thread?.at() === at ? this.#fail(this.#tooLong()) : this.#watch());
      // Replies that lie here unread, since this thread was busy itself, are read first.
      const late = () => setImmediate(() => this.#timer === timer && check());
      const timer = setTimeout(late, this.#timeLimitMs);
      this.#timer = timer;
    } else if (this.#idleMs !== undefined && this.#queue.length === 0) {
      this.#timer = setTimeout(() => this.#end(), this.#idleMs).unref();
    }
  }

  #tooLong(): string {
    return `it takes longer than ${this.#timeLimitMs / 1000} s`;
  }

  #replied(replies: readonly RenderReply[]): void {
    const done = this.#sent.splice(0, replies.length);
    for (const [index, reply] of replies.entries()) {
      const waiting = done[index];
      if (waiting === undefined) continue;
      if ('unknown' in reply) {
        this.#known.delete(waiting.request.key);
        this.#queue.unshift(waiting);
      } else waiting.replied(reply);
    }
    this.#feed();
    this.#watch();
  }

  /** Only the rendering that the thread was at is to blame; the others go to a new thread. */
  #fail(problem: string): void {
    const at = this.#thread?.at();
    this.#end();
    const blamed = this.#sent.find(({ request }) => request.id === at) ?? this.#sent[0];
    this.#queue = [...this.#sent.filter((each) => each !== blamed), ...this.#queue];
    this.#sent = [];
    if (blamed) {
      const { id, names } = blamed.request;
      const failure = { problem, template: names[0] ?? '', line: undefined };
      blamed.replied({ id, failure });
    }
    this.#feed();
  }
}

const problems: Record<ThreadEnd, string> = {
  'too-much-memory': 'it takes too much memory',
  crashed: 'the thread that rendered it ended',
};

/** The agent's loop: sessions come and go, the journal stays. */
import type {
  AgentLog,
  EventMessage,
  Facts,
  GuestOrder,
  JobMessage,
  Progress,
  SignedJob,
  ToAgent,
} from '@resole/protocol';
import { afterAccept, afterAck, afterCancel, afterRefusal, givenUp } from './changes.ts';
import { factsChanged } from './facts-change.ts';
import type { GuestOrders } from './guest-orders.ts';
import { type Addressee, judge } from './intake.ts';
import type { Journal } from './journal.ts';
import { pauseFor } from './pause.ts';
import type {
  Clock,
  Executors,
  Log,
  Session,
  SessionListener,
  StepContext,
  Transport,
} from './ports.ts';
import { type JournalRecord, pruned } from './record.ts';
import { resumed } from './resume.ts';
import { Work } from './work.ts';

export interface LoopDeps {
  self: Addressee;
  journal: Journal;
  executors: Executors;
  bootId: string;
  clock: Clock;
  log: Log;
  facts(): Promise<Facts>;
  /** Absent where no controller could send one. */
  guestOrder?: GuestOrders;
  /** The last lines of the agent's log. */
  recent(count: number, after?: number): AgentLog;
  /** What the steps of a job run with; `progress` is where they say how far they are. */
  context(job: SignedJob, signal: AbortSignal, progress: (progress: Progress) => void): StepContext;
}

/** After so long without an acknowledgement an event is sent again. */
const RESEND_MS = 30_000;
/** How often the machine is looked at for changes. */
const FACTS_MS = 15 * 60_000;

export class AgentLoop implements SessionListener {
  readonly #deps: LoopDeps;
  readonly #work: Work;
  /** Frames are handled one after the other. */
  #line: Promise<void> = Promise.resolve();
  #session: Session | undefined;
  /** When each waiting event was last sent in this session, ms. */
  #sent = new Map<EventMessage, number>();
  #lastFacts: Facts | undefined;
  /** A job that waits until the one under way is gone. */
  #next: JobMessage | undefined;
  /** Controller's time minus ours, ms: servers with a wrong clock must not refuse every job. */
  #offset = 0;

  constructor(deps: LoopDeps) {
    this.#deps = deps;
    const clock: Clock = { now: () => this.#now(), sleep: deps.clock.sleep };
    this.#work = new Work({
      journal: deps.journal,
      executors: deps.executors,
      clock,
      log: deps.log,
      changed: () => this.#changed(),
      context: (job, signal) =>
        deps.context(job, signal, (progress) => this.tell(job.job, job.attempt, progress)),
    });
  }

  /** Goes on from the journal and serves sessions until aborted. */
  async run(transport: Transport, signal: AbortSignal): Promise<void> {
    const { journal, bootId, log } = this.#deps;
    const before = journal.record.current;
    const { current } = await journal.update((record) => {
      const kept = pruned(record, this.#now());
      if (kept.current === undefined) return kept;
      const next = resumed(kept.current, bootId);
      return next === kept.current ? kept : { ...kept, current: next };
    });
    if (current) log('info', `job ${current.job.job} goes on: ${before?.phase} → ${current.phase}`);
    await Promise.all([
      this.#work.run(signal),
      this.#housekeeping(signal),
      transport.run(this, signal),
    ]);
    await this.#line;
  }

  opened(session: Session, time: Date): void {
    this.#session = session;
    this.#offset = time.getTime() - this.#deps.clock.now().getTime();
    this.#sent.clear();
    this.#deps.log('info', 'connected to the controller');
    this.#flush();
    void this.#sendFacts();
  }

  closed(): void {
    if (this.#session !== undefined) this.#deps.log('info', 'connection to the controller lost');
    this.#session = undefined;
  }

  received(frame: ToAgent): void {
    this.#enqueue(async () => {
      switch (frame.type) {
        case 'job':
          return this.#take(frame);
        case 'cancel':
          return this.#change((record) =>
            afterCancel(record, frame.job, frame.attempt, this.#now()),
          );
        case 'event-ack':
          return this.#change((record) => afterAck(record, frame, this.#now()));
        case 'facts-request':
          // Looking at the machine takes a second or two; nothing waits for it.
          void this.#sendFacts(frame.request);
          return;
        case 'guest-order':
          // In no journal, and beside jobs: libvirt answers soon or never.
          void this.#obey(frame);
          return;
        case 'log-request': {
          const { request, lines, after } = frame;
          const log = this.#deps.recent(lines, after);
          this.#session?.send({ type: 'log', request, ...log });
          return;
        }
        default:
          return;
      }
    });
  }

  /** Says how far a job is, if anybody listens: losing it loses nothing. */
  tell(job: string, attempt: number, progress: Progress): void {
    this.#session?.send({ type: 'progress', job, attempt, progress });
  }

  /** For `resole-agent status`. */
  status(): { connected: boolean; job?: string; phase?: string; waiting: number } {
    const { current, outbox } = this.#deps.journal.record;
    return {
      connected: this.#session !== undefined,
      ...(current === undefined ? {} : { job: current.job.job, phase: current.phase }),
      waiting: outbox.length,
    };
  }

  #now(): Date {
    return new Date(this.#deps.clock.now().getTime() + this.#offset);
  }

  /** What fails here was not taken in: a new session makes the controller say it again. */
  #enqueue(handle: () => Promise<void>): void {
    this.#line = this.#line.then(handle).catch((error) => {
      this.#deps.log('error', `a message of the controller could not be handled: ${String(error)}`);
      this.#session?.close();
    });
  }

  async #take(message: JobMessage): Promise<void> {
    const { self, journal, log, bootId } = this.#deps;
    const now = this.#now();
    const verdict = judge(message, self, journal.record, now);
    if (verdict.kind === 'known') return;
    if (verdict.kind === 'ignore') {
      log('error', `a job was ignored: ${verdict.error.message}`);
      return;
    }
    if (verdict.kind === 'refuse') {
      log('warn', `job ${verdict.job} refused: ${verdict.error.message}`);
      await this.#change((record) => afterRefusal(record, verdict, now));
      return;
    }
    if (verdict.kind === 'later') {
      this.#next = message;
      // Looks for itself whether the job is gone already.
      await this.#change((record) => (verdict.giveUp ? givenUp(record) : record));
      return;
    }
    const { job } = verdict;
    log('info', `job ${job.job}, attempt ${job.attempt}: ${job.kind}`);
    await this.#change((record) => afterAccept(record, job, bootId, now));
  }

  async #change(change: (record: JournalRecord) => JournalRecord): Promise<void> {
    await this.#deps.journal.update(change);
    this.#work.poke();
    this.#changed();
  }

  #changed(): void {
    this.#flush();
    const next = this.#next;
    if (next !== undefined && this.#deps.journal.record.current === undefined) {
      this.#next = undefined;
      this.received(next);
    }
  }

  #flush(): void {
    if (this.#session === undefined) return;
    for (const message of this.#deps.journal.record.outbox) {
      if (this.#sent.has(message)) continue;
      this.#sent.set(message, this.#deps.clock.now().getTime());
      this.#session.send(message);
    }
  }

  /** Forgets what was acknowledged, and sends again what was not in a long time. */
  #resend(): void {
    const { outbox } = this.#deps.journal.record;
    const before = this.#deps.clock.now().getTime() - RESEND_MS;
    const fresh = [...this.#sent].filter(
      ([message, at]) => at > before && outbox.includes(message),
    );
    this.#sent = new Map(fresh);
    this.#flush();
  }

  async #sendFacts(request?: string): Promise<void> {
    try {
      const facts = await this.#deps.facts();
      this.#lastFacts = facts;
      this.#session?.send({ type: 'facts', facts, ...(request === undefined ? {} : { request }) });
    } catch (error) {
      this.#deps.log('error', `the machine's facts can't be read: ${String(error)}`);
    }
  }

  async #obey(message: GuestOrder): Promise<void> {
    const reply = await this.#deps.guestOrder?.(message, this.#now());
    if (reply !== undefined) this.#session?.send(reply);
  }

  async #housekeeping(signal: AbortSignal): Promise<void> {
    const { clock, journal } = this.#deps;
    let due = clock.now().getTime() + FACTS_MS;
    while (!signal.aborted) {
      // Where nothing waits for an acknowledgement, nothing has to be looked at until one does.
      const pause = journal.record.outbox.length > 0 ? RESEND_MS : FACTS_MS;
      const left = Math.max(due - clock.now().getTime(), 0);
      await pauseFor(clock, Math.min(pause, left), journal.changed, signal);
      this.#resend();
      if (clock.now().getTime() < due) continue;
      due = clock.now().getTime() + FACTS_MS;
      // At each connection they are sent anyway.
      if (this.#session === undefined) continue;
      const facts = await this.#deps.facts().catch(() => undefined);
      if (facts && factsChanged(this.#lastFacts, facts)) await this.#sendFacts();
    }
  }
}

import {
  type EventAck,
  type EventMessage,
  finalStates,
  type Job,
  type JobEvent,
  type Progress,
  ResoleError,
} from '@resole/protocol';
import { happeningOf } from './agent-event.ts';
import { isAway, RECONNECT_SECONDS } from './away.ts';
import { cancelRefusal } from './cancel.ts';
import { Deadlines } from './deadlines.ts';
import { isTooLate, mayGoOn } from './hand-over.ts';
import { Lines } from './lines.ts';
import { nextState } from './machine.ts';
import { missedBy } from './missed.ts';
import { inTheWayOf, nextFor, occupiesAgent } from './occupancy.ts';
import type { AgentLink, Clock, Dispatch, JobFeed, JobStore } from './ports.ts';
import { type Happening, record } from './record.ts';
import { renewed } from './renewed.ts';

export interface RunnerDeps {
  jobs: JobStore;
  link: AgentLink;
  clock: Clock;
  feed: JobFeed;
  dispatch: Dispatch;
  /** Takes up a job that has no agent: the controller carries it out itself. */
  carry(job: Job): void;
  log: (message: string, fields: Record<string, unknown>) => void;
}

/**
 * Carries jobs through their states. Everything that happens to one job is written one after the
 * other, and acknowledged only when it is durable; a restart loads the same records and goes on.
 */
export class JobRunner {
  readonly #deps: RunnerDeps;
  /** One line of writes per job, and one of submissions per system. */
  readonly #lines = new Lines();
  readonly #deadlines: Deadlines;
  #closed = false;

  constructor(deps: RunnerDeps) {
    this.#deps = deps;
    this.#deadlines = new Deadlines(deps.clock, (id) => void this.#due(id));
  }

  /**
   * Takes up all unfinished jobs, as after a restart: agents when they connect, and no deadline
   * before they could.
   */
  async start(): Promise<void> {
    for (const stored of await this.#deps.jobs.list()) {
      const missed = missedBy(stored);
      const job = missed === undefined ? stored : await this.happen(stored.id, missed);
      this.#deadlines.watch(job, RECONNECT_SECONDS * 1000);
      if (job.agent === undefined && !finalStates.has(job.state)) this.#deps.carry(job);
    }
  }

  /** Ends the timers and waits for what is being written. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#deadlines.close();
    await this.#lines.settled();
  }

  /**
   * Takes a planned job in and sends it, if its agent is connected.
   * @throws ResoleError `job-running` where the system has an unfinished job.
   */
  async submit(job: Job): Promise<Job> {
    // One line per system, so that two submissions at once can't both find it free.
    return this.#lines.run(job.system, async () => {
      await this.refuseBusy(job);
      const queued = await this.#takeIn(job);
      if (job.agent === undefined) this.#deps.carry(queued);
      else if (this.#deps.link.isOnline(job.agent)) await this.#send(job);
      return (await this.#deps.jobs.get(job.id)) ?? queued;
    });
  }

  /** @throws ResoleError `job-running` where the system has an unfinished job that is in the way. */
  async refuseBusy(job: Job): Promise<void> {
    const other = inTheWayOf(job, await this.#deps.jobs.list());
    if (other === undefined) return;
    throw new ResoleError(
      'job-running',
      `${job.systemName} has job ${other.id} in state ${other.state}`,
      {
        remedy: `watch it (\`resole job watch ${other.id}\`) or cancel it (\`resole job cancel ${other.id}\`)`,
      },
    );
  }

  /** Writes down that something happened, and acts on it. @returns the job as it is now. */
  async happen(id: string, event: Happening): Promise<Job> {
    return this.#lines.run(id, async () => {
      const job = await this.#load(id);
      return (await this.#apply(job, event)) ?? job;
    });
  }

  /**
   * Notes the hand-over of a job that the controller carries out itself, unless a cancel came before.
   * @returns the job as it is now: `handing-over` is the leave to go on.
   */
  async handOver(id: string, bootId: string | undefined): Promise<Job> {
    return this.#lines.run(id, async () => {
      const job = await this.#load(id);
      if (job.cancelRequested) return job;
      const event = { type: 'handing-over', ...(bootId === undefined ? {} : { bootId }) } as const;
      return (await this.#apply(job, event)) ?? job;
    });
  }

  /** An agent's word on its job. @returns the acknowledgement; what it acknowledges is durable. */
  async agentEvent(agent: string, message: EventMessage): Promise<EventAck> {
    const ack = {
      type: 'event-ack',
      job: message.job,
      attempt: message.attempt,
      sequence: message.sequence,
    } as const;
    return this.#lines.run(message.job, async () => {
      const job = await this.#deps.jobs.get(message.job);
      // Nothing that we know of, or not this agent's, or an old attempt: let it be undone and forgotten.
      if (!job || job.agent !== agent || job.attempt !== message.attempt)
        return { ...ack, proceed: false };
      if (message.sequence > job.sequence && !isTooLate(job, message.event)) {
        await this.#apply(job, { ...happeningOf(message.event, job), sequence: message.sequence });
      }
      const now = await this.#load(job.id);
      return { ...ack, proceed: mayGoOn(now, message.event) };
    });
  }

  /**
   * How far the agent's step is: shown, not stored, but that there is progress puts the deadline off.
   * What it tells of a guest that installs is stored.
   */
  async agentProgress(agent: string, id: string, progress: Progress): Promise<void> {
    const job = await this.#deps.jobs.get(id);
    if (job?.agent !== agent || finalStates.has(job.state)) return;
    if (nextState(job.kind, job.state, 'guest-reported') === undefined) {
      this.#deps.feed.progress(job, progress);
      if (renewed(job, this.#deps.clock.now())) await this.#renew(id);
    } else {
      await this.happen(id, { type: 'guest-reported', message: progress.phase });
    }
  }

  /** A session of the agent is open: what it has to know is sent (again). */
  async agentConnected(agent: string): Promise<void> {
    for (const job of await this.#deps.jobs.list()) {
      if (job.agent !== agent || finalStates.has(job.state)) continue;
      if (job.state === 'queued') await this.#send(job);
      else if (job.cancelRequested) this.#sendCancel(job);
      else if (isAway(job)) await this.happen(job.id, { type: 'agent-back' });
    }
  }

  async agentLeft(agent: string): Promise<void> {
    if (this.#closed) return;
    for (const job of await this.#deps.jobs.list()) {
      if (job.agent === agent && !finalStates.has(job.state))
        await this.happen(job.id, { type: 'agent-left' });
    }
  }

  /**
   * Cancels a job, or gives a stalled one up.
   * @throws ResoleError `job-final`, `job-past-point-of-no-return`
   */
  async cancel(id: string): Promise<Job> {
    return this.#lines.run(id, async () => {
      const job = await this.#load(id);
      const refusal = cancelRefusal(job);
      if (refusal) throw refusal;
      const next = (await this.#apply(job, { type: 'cancel-requested' })) ?? job;
      this.#sendCancel(next);
      // Where nobody is at work on it, somebody has to see that.
      if (next.agent === undefined) this.#deps.carry(next);
      return next;
    });
  }

  async #renew(id: string): Promise<void> {
    await this.#lines.run(id, async () => {
      const next = renewed(await this.#load(id), this.#deps.clock.now());
      if (!next) return;
      await this.#deps.jobs.replace(next);
      this.#deadlines.watch(next);
    });
  }

  async #load(id: string): Promise<Job> {
    const job = await this.#deps.jobs.get(id);
    if (!job) {
      throw new ResoleError('not-found', `no job ${id}`, { remedy: 'see `resole job list`' });
    }
    return job;
  }

  /** The first write of a job: queued already, so that no crash leaves one that nobody takes up. */
  async #takeIn(job: Job): Promise<Job> {
    const next = record(job, { type: 'queued' }, this.#deps.clock.now());
    if (!next) throw new Error(`job ${job.id} is ${job.state} already`);
    const queued = { ...next, revision: job.revision };
    await this.#lines.run(job.id, async () => {
      await this.#deps.jobs.create(queued);
      this.#tell(job, queued, {});
    });
    return queued;
  }

  async #apply(job: Job, event: Happening): Promise<Job | undefined> {
    const next = record(job, event, this.#deps.clock.now());
    if (!next) return undefined;
    await this.#deps.jobs.replace(next);
    this.#tell(job, next, event);
    return next;
  }

  /** What follows from a record that is durable. */
  #tell(job: Job, next: Job, event: Pick<Happening, 'progress'>): void {
    this.#deadlines.watch(next);
    const last = next.events.at(-1);
    if (next.events !== job.events && last) this.#deps.feed.event(next, last satisfies JobEvent);
    if (event.progress) this.#deps.feed.progress(next, event.progress);
    const { agent } = job;
    if (agent !== undefined && occupiesAgent(job) && !occupiesAgent(next) && !this.#closed) {
      // In a line of its own: this one is the job's that has just ended.
      void this.#sendNext(agent).catch((error) =>
        this.#deps.log('the next job could not be sent', { job: job.id, error: String(error) }),
      );
    }
    if (next.state !== job.state) {
      this.#deps.log('job state', {
        job: next.id,
        system: next.systemName,
        from: job.state,
        to: next.state,
      });
    }
  }

  /**
   * Gives a job to its agent, unless that is busy. In the job's own line, for the agent answers at
   * once; and in the agent's, so that two jobs can't both find it idle.
   */
  async #send({ id, agent }: Pick<Job, 'id' | 'agent'>): Promise<void> {
    if (agent === undefined) return;
    const give = async () => {
      const job = await this.#load(id);
      if (job.state !== 'queued' || (await this.#isBusy(job))) return;
      const message = this.#deps.dispatch({ ...job, agent }, this.#deps.clock.now());
      const sent = this.#deps.link.send(agent, message);
      const told = job.events.some((event) => event.type === 'dispatched');
      if (sent && !told) await this.#apply(job, { type: 'dispatched' });
    };
    await this.#lines.run(id, () => this.#lines.run(agent, give));
  }

  /** An agent does one job at a time; those for other guests of a host wait for their turn. */
  async #isBusy({ agent, id }: Job): Promise<boolean> {
    const others = await this.#deps.jobs.list();
    return others.some((job) => job.agent === agent && job.id !== id && occupiesAgent(job));
  }

  /** The agent is free again: the next job that waits for it goes to it. */
  async #sendNext(agent: string): Promise<void> {
    const next = nextFor(agent, await this.#deps.jobs.list());
    if (next && this.#deps.link.isOnline(agent)) await this.#send(next);
  }

  #sendCancel(job: Job): void {
    if (job.agent === undefined) return;
    this.#deps.link.send(job.agent, { type: 'cancel', job: job.id, attempt: job.attempt });
  }

  /** The timer rang: the deadline may have moved meanwhile, so the record decides. */
  async #due(id: string): Promise<void> {
    try {
      await this.#lines.run(id, async () => {
        const job = await this.#load(id);
        const type = isAway(job) ? 'agent-stayed-away' : 'deadline-passed';
        if (this.#deadlines.isOver(job)) await this.#apply(job, { type });
        else this.#deadlines.watch(job);
      });
    } catch (error) {
      this.#deps.log('a deadline could not be recorded', { job: id, error: String(error) });
    }
  }
}

import { finalStates, type Job } from '@resole/protocol';
import { decommissionCourse } from './decommission.ts';
import { manualCourse } from './manual.ts';
import { netbootCourse } from './netboot.ts';
import type { CarryDeps, Course } from './ports.ts';

const courseOf = ({ kind, plan }: Job): Course | undefined => {
  if (kind === 'decommission') return decommissionCourse;
  if (plan.method === 'manual') return manualCourse;
  return plan.method === 'pxe' ? netbootCourse : undefined;
};

/** Carries out the jobs that no agent does, each once at a time, until it is closed. */
export class Carrier {
  readonly #deps: CarryDeps;
  readonly #running = new Map<string, Promise<void>>();
  readonly #end = new AbortController();

  constructor(deps: CarryDeps) {
    this.#deps = deps;
  }

  /** Takes a job up, from its beginning or from where a restart left it. */
  carry(job: Job): void {
    const course = courseOf(job);
    const idle = course === undefined || finalStates.has(job.state) || this.#running.has(job.id);
    if (idle || this.#end.signal.aborted) return;
    const run = course(this.#deps, job, this.#end.signal)
      .catch((error) => {
        if (this.#end.signal.aborted) return;
        this.#deps.log('a job could not be carried out', { job: job.id, error: String(error) });
      })
      .finally(() => this.#running.delete(job.id));
    this.#running.set(job.id, run);
  }

  async close(): Promise<void> {
    this.#end.abort(new Error('the controller is closing'));
    await Promise.all(this.#running.values());
  }
}

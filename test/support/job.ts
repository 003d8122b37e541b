/** Jobs as the tests follow them: by the API's word, never by guessing. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { JobState, JobView } from '@resole/protocol';
import type { ControllerProcess } from './controller.ts';

export const getJob = (controller: ControllerProcess, id: string): Promise<JobView> =>
  controller.get<JobView>(`/v1/jobs/${id}`);

/** Waits until the job is in one of the states. @throws where it ends in another. */
export const waitForState = async (
  controller: ControllerProcess,
  id: string,
  states: readonly JobState[],
  timeoutSeconds: number,
): Promise<JobView> => {
  const end = Date.now() + timeoutSeconds * 1000;
  const ends: readonly JobState[] = [
    'returned',
    'rolled-back',
    'failed',
    'cancelled',
    'powered-off',
    'done',
  ];
  for (;;) {
    // A controller that is being killed answers nothing: asked again.
    const job = await getJob(controller, id).catch(() => undefined);
    if (job && states.includes(job.state)) return job;
    if (job && ends.includes(job.state)) throw new Error(`job ${id} ended ${describe(job)}`);
    if (Date.now() > end) {
      throw new Error(
        `not ${states.join('/')} in ${timeoutSeconds} s: ${job ? describe(job) : 'no answer'}`,
      );
    }
    await sleep(400);
  }
};

export const describe = (job: JobView): string =>
  `${job.state}: ${job.error?.message ?? ''}\n${job.events
    .map((event) => `  ${event.at} ${event.state} ${event.type} ${event.message ?? ''}`)
    .join('\n')}`;

/** Seconds that the job spent in each state, in the order in which it went through them. */
export const phases = (job: JobView): Record<string, number> => {
  const times: Record<string, number> = {};
  job.events.forEach((event, index) => {
    const next = job.events[index + 1];
    const seconds = next ? (Date.parse(next.at) - Date.parse(event.at)) / 1000 : 0;
    times[event.state] = Math.round(((times[event.state] ?? 0) + seconds) * 10) / 10;
  });
  return times;
};

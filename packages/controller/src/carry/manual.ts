/** A reinstall whose installer a person starts: there is nothing to order, only to wait. */
import type { Course } from './ports.ts';

/** Taken up again by a restart, and by a cancel: until the installer tells of itself nothing is lost. */
export const manualCourse: Course = async (deps, job) => {
  const { id, state, plan } = job;
  // It was told, and the controller died before it had written down that this is the end.
  if (state === 'installed' && plan.agentless) return deps.finished(id);
  if (state === 'queued') {
    await deps.happen(id, { type: 'accepted' });
    await deps.happen(id, { type: 'armed', message: 'waits to be started by hand' });
  }
  const now = await deps.job(id);
  if (now?.cancelRequested && now.state === 'armed') await deps.happen(id, { type: 'disarmed' });
};

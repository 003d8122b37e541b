import { type JobRequest, type Plan, ResoleError } from '@resole/protocol';
import { planDigest } from '../plan/digest.ts';

/**
 * What was agreed to is what is done: the machine or the inventory may have changed since a person
 * looked at the plan.
 * @throws ResoleError `plan-changed`
 */
export const refuseChanged = (request: JobRequest, plan: Plan): void => {
  const agreed = 'planDigest' in request ? request.planDigest : undefined;
  if (agreed === undefined || agreed === planDigest(plan)) return;
  throw new ResoleError(
    'plan-changed',
    `the plan for ${plan.system.name} is another than the one that was agreed to: nothing was done`,
    { remedy: 'look at the new plan: ask again, or give --dry-run' },
  );
};

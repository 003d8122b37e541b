import type { JobRequest, Plan } from '@resole/protocol';
import type { Session } from '../session.ts';
import { confirmByName } from './confirm.ts';

interface Wish {
  dryRun?: boolean;
  yes?: boolean;
}

/** A job that somebody is asked about before it is started. */
type Askable = Extract<JobRequest, { planDigest?: unknown }>;

/**
 * Shows the plan of a job, and asks for its system's name; nothing of that with `yes`.
 * @param warning what will happen by that plan
 * @returns the job to start: by the plan that was agreed to, and no other. Undefined after a dry run.
 * @throws ResoleError where the answer is no
 */
export const agreed = async (
  session: Session,
  request: Askable,
  { dryRun = false, yes = false }: Wish,
  warning: (plan: Plan) => string,
): Promise<JobRequest | undefined> => {
  if (yes && !dryRun) return request;
  const { context, output } = session;
  const client = await session.client();
  const { plan, text, digest } = await client.send<{ plan: Plan; text: string; digest: string }>(
    'POST',
    '/v1/plans',
    request,
  );
  if (dryRun) {
    if (output.format === 'table') context.stdout.write(text);
    else output.object(plan);
    return undefined;
  }
  context.stderr.write(`${text}\n`);
  await confirmByName(context, plan.system.name, warning(plan));
  return { ...request, planDigest: digest };
};

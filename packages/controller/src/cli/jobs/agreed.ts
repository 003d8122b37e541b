import type { JobRequest, Plan } from '@resole/protocol';
import type { Session } from '../session.ts';
import { confirmByName } from './confirm.ts';

interface Wish {
  dryRun?: boolean;
  yes?: boolean;
}

/**
 * Shows the plan of a job that needs no answer file, and asks for its system's name; nothing of that
 * with `yes`.
 * @param warning what will happen to the system of that name
 * @returns whether to go on: not after a dry run. @throws ResoleError where the answer is no
 */
export const agreed = async (
  session: Session,
  request: JobRequest,
  { dryRun = false, yes = false }: Wish,
  warning: (name: string) => string,
): Promise<boolean> => {
  if (yes && !dryRun) return true;
  const { context, output } = session;
  const client = await session.client();
  const { plan, text } = await client.send<{ plan: Plan; text: string }>(
    'POST',
    '/v1/plans',
    request,
  );
  if (dryRun) {
    if (output.format === 'table') context.stdout.write(text);
    else output.object(plan);
    return false;
  }
  context.stderr.write(`${text}\n`);
  const { name } = plan.system;
  await confirmByName(context, name, warning(name));
  return true;
};

import type { Job } from '@resole/protocol';
import { JOIN_TOKEN } from '../plan/answer.ts';
import { BASE } from '../plan/intent.ts';

/** What is not written down with a job, and filled in when its installer asks. */
export interface JobSecrets {
  base: string;
  joinToken: string;
}

/** What stands for a job's secrets where there is no job: words that no installer trips over. */
export const standIns = (provisionUrl: string) => ({
  job: { id: 'JOB', attempt: 1 },
  secrets: { base: `${provisionUrl}/p/JOB`, joinToken: 'JOIN-TOKEN' },
});

/** Variables with a job's secrets in the place of the stand-ins. */
export const filled = (
  variables: NonNullable<Job['answer']>['variables'],
  secrets: JobSecrets,
): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(variables).map(([key, value]) => [key, fillValue(value, secrets)]),
  );

const fillValue = (value: unknown, secrets: JobSecrets): unknown => {
  if (typeof value === 'string') {
    return value.replaceAll(BASE, secrets.base).replaceAll(JOIN_TOKEN, secrets.joinToken);
  }
  if (Array.isArray(value)) return value.map((each) => fillValue(each, secrets));
  if (typeof value === 'object' && value !== null) {
    return filled(value as Record<string, unknown>, secrets);
  }
  return value;
};

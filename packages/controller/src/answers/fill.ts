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

/**
 * Variables as JSON, with a job's secrets in the place of the stand-ins: how a thread that renders gets
 * them, for a tenth of the cost of copying the objects.
 */
export const filled = (
  variables: NonNullable<Job['answer']>['variables'],
  { base, joinToken }: JobSecrets,
): string =>
  JSON.stringify(variables)
    .replaceAll(BASE, () => withinString(base))
    .replaceAll(JOIN_TOKEN, () => withinString(joinToken));

const withinString = (text: string): string => JSON.stringify(text).slice(1, -1);

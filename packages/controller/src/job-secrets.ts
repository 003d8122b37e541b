/** What belongs to one job alone, and no table keeps: its address and its single-use secrets. */
import { joinToken } from '@resole/protocol';
import { type JobSecrets, setupPassword } from './answers/fill.ts';
import type { ListenerUrls } from './http/listener-urls.ts';
import { jobBase, ticket } from './provision/tickets.ts';
import type { Trust } from './trust/trust.ts';

export interface SecretsOfJobs {
  /** The job's own address on the provision listener, by the job's id. */
  base(job: string): string;
  /** All that an answer file carries. */
  of(job: { id: string }): JobSecrets;
}

export const jobSecrets = (
  urls: Pick<ListenerUrls, 'provisionUrl'>,
  { secret, caFingerprint }: Pick<Trust, 'secret' | 'caFingerprint'>,
): SecretsOfJobs => {
  const base = (job: string) => jobBase(urls.provisionUrl, secret, job);
  return {
    base,
    of: ({ id }) => ({
      base: base(id),
      joinToken: joinToken(id, ticket(secret, 'return', id), caFingerprint),
      setupPassword: setupPassword(ticket(secret, 'setup-password', id)),
    }),
  };
};

import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Secrets that belong to one job are derived, not stored: HMAC-SHA-256 of the controller's secret
 * over purpose and job id. They can't be guessed, need no table, survive every restart, and end with
 * the job, since each use looks at the job's state.
 */
export type Purpose = 'provision' | 'return' | 'setup-password';

/** 32 bytes, base64url (43 characters). */
export const ticket = (secret: Buffer, purpose: Purpose, job: string): string =>
  createHmac('sha256', secret).update(`${purpose}\n${job}`).digest('base64url');

/** Whether a presented ticket is the job's; takes the same time whatever differs. */
export const isTicket = (secret: Buffer, purpose: Purpose, job: string, given: string): boolean => {
  const expected = Buffer.from(ticket(secret, purpose, job));
  const presented = Buffer.from(given);
  return presented.length === expected.length && timingSafeEqual(presented, expected);
};

/** The job's own address on the provision listener: `<url>/p/<job>.<ticket>`. */
export const jobBase = (url: string, secret: Buffer, job: string): string =>
  `${url}/p/${job}.${ticket(secret, 'provision', job)}`;

/** Reads the path segment of `jobBase` back. @returns the job's id, or undefined where it is false. */
export const jobOfSegment = (secret: Buffer, segment: string): string | undefined => {
  const [job = '', given = ''] = segment.split('.', 2);
  return isTicket(secret, 'provision', job, given) ? job : undefined;
};

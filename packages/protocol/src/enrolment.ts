import { z } from 'zod';
import { Facts } from './facts.ts';
import { Id } from './primitives.ts';

/**
 * A join token: `rsl1.<id>.<secret>.<SHA-256 of the CA certificate's DER>`, the last two base64url.
 * The agent checks the CA against it before it sends the secret anywhere.
 */
export const JoinToken = z
  .string()
  .regex(/^rsl1\.[a-z]{3}_[a-z2-7]{20}\.[A-Za-z0-9_-]{43}\.[A-Za-z0-9_-]{43}$/, 'not a join token');

/** The parts of a join token. */
export const splitJoinToken = (token: string): { id: string; secret: string; ca: string } => {
  const [, id = '', secret = '', ca = ''] = JoinToken.parse(token).split('.');
  return { id, secret, ca };
};

export const joinToken = (id: string, secret: string, ca: string): string =>
  `rsl1.${id}.${secret}.${ca}`;

/** `POST /v1/enrolments`: sent only after the CA was checked. */
export const EnrolmentRequest = z.object({
  token: JoinToken,
  /** The agent's own Ed25519 public key, SPKI DER in base64url. */
  publicKey: z.string(),
  facts: Facts,
});
export type EnrolmentRequest = z.infer<typeof EnrolmentRequest>;

export const EnrolmentReply = z.object({
  agent: Id,
  system: Id,
  systemName: z.string(),
  /** Key that signs jobs, SPKI DER in base64url. */
  jobKey: z.string(),
});
export type EnrolmentReply = z.infer<typeof EnrolmentReply>;

import { z } from 'zod';
import { Id } from '../primitives.ts';

/** Agent → controller: the answer to the challenge. */
export const Hello = z.object({
  type: z.literal('hello'),
  protocol: z.int().positive(),
  agent: Id,
  version: z.string(),
  bootId: z.string(),
  /** Ed25519 over `helloProof(…)`, base64url. */
  signature: z.string(),
});
export type Hello = z.infer<typeof Hello>;

/** The text that an agent signs: bound to this connection's nonce, this agent and this boot. */
export const helloProof = (nonce: string, agent: string, bootId: string): string =>
  `resole-link-v1\n${nonce}\n${agent}\n${bootId}`;

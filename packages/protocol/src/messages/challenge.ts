import { z } from 'zod';

/** Controller → agent, first on every connection: prove who you are over this nonce. */
export const Challenge = z.object({
  type: z.literal('challenge'),
  protocol: z.int().positive(),
  /** 32 random bytes, base64url; never used twice. */
  nonce: z.string().min(43),
});

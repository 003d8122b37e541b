import { z } from 'zod';
import { Id } from '../primitives.ts';

/**
 * Controller → agent: do this. The payload is the JSON text of a `SignedJob`; it travels as text so
 * that the signature covers its exact bytes.
 */
export const JobMessage = z.object({
  type: z.literal('job'),
  payload: z.string(),
  /** Ed25519 by the controller's job key over the payload's UTF-8 bytes, base64url. */
  signature: z.string(),
});
export type JobMessage = z.infer<typeof JobMessage>;

/** Controller → agent: give the job up and undo what was armed, unless it has been handed over. */
export const CancelMessage = z.object({
  type: z.literal('cancel'),
  job: Id,
  attempt: z.int().positive(),
});

import { z } from 'zod';
import { Timestamp } from '../primitives.ts';

/** Controller → agent: the session is open. */
export const Welcome = z.object({
  type: z.literal('welcome'),
  protocol: z.int().positive(),
  time: Timestamp,
});

import { z } from 'zod';
import { Facts } from '../facts.ts';

/** Controller → agent: look again and send facts with the same request id. */
export const FactsRequest = z.object({ type: z.literal('facts-request'), request: z.string() });

/** Agent → controller: at each connection, on change, and when asked (then with `request`). */
export const FactsReport = z.object({
  type: z.literal('facts'),
  facts: Facts,
  request: z.string().optional(),
});

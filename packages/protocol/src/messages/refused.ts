import { z } from 'zod';
import { ErrorBody } from '../errors.ts';

/** Either way: the last frame before a connection is closed for a reason. */
export const Refused = z.object({ type: z.literal('refused'), error: ErrorBody });

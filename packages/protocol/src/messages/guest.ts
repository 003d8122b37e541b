import { z } from 'zod';
import { ErrorBody } from '../errors.ts';
import { Id, Timestamp } from '../primitives.ts';

/** What the power of a guest can be told; `status` only asks. */
export const GuestPowerAction = z.enum(['status', 'on', 'off', 'soft-off', 'reset']);
export type GuestPowerAction = z.infer<typeof GuestPowerAction>;

/** One act on a guest of the agent's host, which takes as long as one answer of libvirt. */
export const SignedGuestOrder = z.object({
  /** Unguessable and never used twice; the answer carries it. */
  order: z.string().min(12),
  agent: Id,
  guest: z.uuid(),
  action: GuestPowerAction,
  expiresAt: Timestamp,
});
export type SignedGuestOrder = z.infer<typeof SignedGuestOrder>;

/**
 * Controller → agent, since version 2: do this at once, beside whatever job is under way; it is in
 * no journal, and done at most once. The payload is the JSON text of a `SignedGuestOrder`.
 */
export const GuestOrder = z.object({
  type: z.literal('guest-order'),
  payload: z.string(),
  /** Ed25519 by the controller's job key over the payload's UTF-8 bytes, base64url. */
  signature: z.string(),
});
export type GuestOrder = z.infer<typeof GuestOrder>;

/** Agent → controller: what came of an order. */
export const GuestReply = z.object({
  type: z.literal('guest-reply'),
  order: z.string(),
  /** After `status`, in libvirt's words: `running`, `shut off`, … */
  state: z.string().optional(),
  error: ErrorBody.optional(),
});
export type GuestReply = z.infer<typeof GuestReply>;

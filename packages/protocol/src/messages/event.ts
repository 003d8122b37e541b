import { z } from 'zod';
import { ErrorBody } from '../errors.ts';
import { Progress } from '../job.ts';
import { Id, Timestamp } from '../primitives.ts';

/** What an agent says of a job, each durable on its disk until acknowledged. */
export const AgentEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('accepted') }),
  z.object({ type: z.literal('step-started'), index: z.int().nonnegative(), step: z.string() }),
  z.object({
    type: z.literal('step-done'),
    index: z.int().nonnegative(),
    step: z.string(),
    message: z.string().optional(),
  }),
  z.object({
    type: z.literal('step-failed'),
    index: z.int().nonnegative(),
    step: z.string(),
    error: ErrorBody,
  }),
  /** The job itself was refused: signature, addressee, expiry, attempt, or another job is running. */
  z.object({ type: z.literal('refused'), error: ErrorBody }),
  z.object({ type: z.literal('armed'), message: z.string().optional() }),
  /** May I? The acknowledgement of this one is the point of no return. */
  z.object({ type: z.literal('handing-over'), bootId: z.string() }),
  /** Every step of a job without a hand-over is done; `result` is what it was asked to find out. */
  z.object({ type: z.literal('completed'), result: z.unknown().optional() }),
  /** A cancelled or failed job's arming was undone. */
  z.object({ type: z.literal('disarmed') }),
  /** The machine went down for this job and the same OS came up again; traces were cleaned away. */
  z.object({ type: z.literal('came-back'), bootId: z.string() }),
]);
export type AgentEvent = z.infer<typeof AgentEvent>;

/** Agent → controller. Sequence numbers count up from 1 per job and attempt. */
export const EventMessage = z.object({
  type: z.literal('event'),
  job: Id,
  attempt: z.int().positive(),
  sequence: z.int().positive(),
  at: Timestamp,
  event: AgentEvent,
});
export type EventMessage = z.infer<typeof EventMessage>;

/**
 * Controller → agent: the event is durable here. `proceed: false` answers a `handing-over` of a job
 * that was cancelled meanwhile, and any event of a stale attempt: undo and forget it.
 */
export const EventAck = z.object({
  type: z.literal('event-ack'),
  job: Id,
  attempt: z.int().positive(),
  sequence: z.int().positive(),
  proceed: z.boolean(),
});
export type EventAck = z.infer<typeof EventAck>;

/** Agent → controller: how far the running step is. Not acknowledged; losing one loses nothing. */
export const ProgressMessage = z.object({
  type: z.literal('progress'),
  job: Id,
  attempt: z.int().positive(),
  progress: Progress,
});

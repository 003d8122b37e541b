import { z } from 'zod';
import { ResoleError } from './errors.ts';
import { Challenge } from './messages/challenge.ts';
import { EventAck, EventMessage, ProgressMessage } from './messages/event.ts';
import { FactsReport, FactsRequest } from './messages/facts.ts';
import { GuestOrder, GuestReply } from './messages/guest.ts';
import { Hello } from './messages/hello.ts';
import { CancelMessage, JobMessage } from './messages/job.ts';
import { LogReport, LogRequest } from './messages/log.ts';
import { Refused } from './messages/refused.ts';
import { Welcome } from './messages/welcome.ts';

/** Where the agents' WebSocket is, below the API's address. */
export const LINK_PATH = '/v1/link';

/** Largest frame that either side takes: facts of a machine with hundreds of disks fit well. */
export const MAX_FRAME_BYTES = 1024 * 1024;

export const ToAgent = z.discriminatedUnion('type', [
  Challenge,
  Welcome,
  Refused,
  FactsRequest,
  LogRequest,
  JobMessage,
  CancelMessage,
  EventAck,
  GuestOrder,
]);
export type ToAgent = z.infer<typeof ToAgent>;

export const ToController = z.discriminatedUnion('type', [
  Hello,
  Refused,
  FactsReport,
  LogReport,
  EventMessage,
  ProgressMessage,
  GuestReply,
]);
export type ToController = z.infer<typeof ToController>;

/**
 * Parses one text frame. Unknown fields are dropped, so that a newer peer can say more.
 * @returns the frame, or undefined for a type that this version doesn't know (a newer peer's).
 * @throws ResoleError `frame-invalid` for anything else.
 */
const parse = <Frame>(schema: z.ZodType<Frame>, types: ReadonlySet<string>, text: string) => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ResoleError('frame-invalid', 'a frame on the link is not JSON', { cause });
  }
  const type = (value as { type?: unknown } | null)?.type;
  if (typeof type === 'string' && !types.has(type)) return undefined;
  const result = schema.safeParse(value);
  if (!result.success) {
    throw new ResoleError('frame-invalid', `a "${String(type)}" frame has wrong fields`, {
      cause: result.error,
    });
  }
  return result.data;
};

const typesOf = (union: { options: readonly { shape: { type: { value: string } } }[] }) =>
  new Set(union.options.map((option) => option.shape.type.value));
const toAgentTypes = typesOf(ToAgent);
const toControllerTypes = typesOf(ToController);

export const parseToAgent = (text: string): ToAgent | undefined =>
  parse(ToAgent, toAgentTypes, text);
export const parseToController = (text: string): ToController | undefined =>
  parse(ToController, toControllerTypes, text);

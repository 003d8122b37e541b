import { z } from 'zod';
import { Timestamp } from '../primitives.ts';

/** How many lines an agent keeps of its log, at most. */
export const MAX_LOG_LINES = 500;
/** Longer lines are cut; 500 of them stay below a frame's limit. */
export const MAX_LOG_LINE = 1000;

/** One line of an agent's own log. */
export const LogLine = z.object({
  /** Counts up from 1 in one process of the agent. */
  sequence: z.int().positive(),
  /** By the machine's clock. */
  at: Timestamp,
  level: z.enum(['debug', 'info', 'warn', 'error']),
  message: z.string(),
});
export type LogLine = z.infer<typeof LogLine>;

/** Controller → agent: what have you noted lately? */
export const LogRequest = z.object({
  type: z.literal('log-request'),
  request: z.string(),
  /** The last so many lines. */
  lines: z.int().positive(),
  /** Only those after this sequence number. */
  after: z.int().nonnegative().optional(),
});

export const AgentLog = z.object({
  /** When the agent's process started: lines of another one count from 1 again. */
  startedAt: Timestamp,
  /** Oldest first. */
  lines: z.array(LogLine),
});
export type AgentLog = z.infer<typeof AgentLog>;

/** Agent → controller. */
export const LogReport = z.object({
  type: z.literal('log'),
  request: z.string(),
  ...AgentLog.shape,
});

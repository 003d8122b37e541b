import { z } from 'zod';
import { Facts } from '../facts.ts';
import { Id, Sha256, Timestamp } from '../primitives.ts';
import { Stored } from './stored.ts';

/** A join token as it is kept: only the hash of its secret. */
export const StoredToken = z.object({
  ...Stored.shape,
  secretHash: Sha256,
  expiresAt: Timestamp,
  /** Enrolments left. */
  uses: z.int().nonnegative(),
  comment: z.string().optional(),
  /** Name of the system that the agent is to be; absent: its machine says which. */
  system: z.string().optional(),
});
export type StoredToken = z.infer<typeof StoredToken>;

/** An enrolled agent. */
export const Agent = z.object({
  ...Stored.shape,
  system: Id,
  /** SPKI DER, base64url. */
  publicKey: z.string(),
  revoked: z.boolean(),
  /** The reinstall whose new OS this agent belongs to: its first connection ends that job. */
  returnOf: Id.optional(),
  version: z.string().optional(),
  bootId: z.string().optional(),
  lastSeen: Timestamp.optional(),
});
export type Agent = z.infer<typeof Agent>;

/** What was different when a machine's facts came. */
export const FactsChange = z.object({
  at: Timestamp,
  changes: z.array(
    z.object({
      /** Path in the facts, as in `os.versionId`. */
      field: z.string(),
      before: z.unknown().optional(),
      after: z.unknown().optional(),
    }),
  ),
});
export type FactsChange = z.infer<typeof FactsChange>;

/** The latest facts of a system, and how they came to be so; its id is the system's. */
export const StoredFacts = z.object({
  ...Stored.shape,
  facts: Facts,
  /** Oldest first; absent where nothing has changed yet. */
  history: z.array(FactsChange).optional(),
});
export type StoredFacts = z.infer<typeof StoredFacts>;

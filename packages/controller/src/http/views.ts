import {
  Agent,
  Distro,
  ErrorBody,
  Id,
  Options,
  Profile,
  Stored,
  StoredToken,
  System,
  TemplateInput,
} from '@resole/protocol';
import { z } from 'zod';

/** What the API shows where that isn't simply what is stored. */
export const ErrorReply = z.object({ error: ErrorBody });

/** What a removal took, or would take: in the order of going, what was asked for last. */
export const removalOf = <Reply extends z.ZodType>(reply: Reply) =>
  z.object({
    object: reply,
    removed: z.array(
      z.object({
        noun: z.enum(['distro', 'profile', 'system', 'repo', 'image', 'template', 'agent']),
        id: Id,
        name: z.string(),
      }),
    ),
  });

export const TemplateView = z.object({
  ...TemplateInput.shape,
  ...Stored.partial().shape,
  /** `shipped` comes with Resole, `edited` is one of those changed, `added` the operator's own. */
  origin: z.enum(['shipped', 'edited', 'added']),
});

export const ResolvedView = z.object({
  /** Absent where a profile was asked for. */
  system: System.optional(),
  /** Both absent where a system has no profile yet. */
  distro: Distro.optional(),
  profile: Profile.optional(),
  options: Options,
  /** Path of each value in `options` → the object that it came from. */
  origins: z.record(
    z.string(),
    z.object({
      noun: z.enum(['settings', 'distro', 'profile', 'system']),
      id: Id,
      name: z.string().optional(),
    }),
  ),
});

export const AgentView = z.object({
  ...Agent.shape,
  systemName: z.string(),
  online: z.boolean(),
});
export type AgentView = z.infer<typeof AgentView>;

/** A join token as it may be seen: without even the hash of its secret. */
export const TokenView = StoredToken.omit({ secretHash: true });
export type TokenView = z.infer<typeof TokenView>;

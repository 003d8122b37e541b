import { z } from 'zod';
import { ErrorDetail } from '../errors.ts';
import { Id, Name, Timestamp } from '../primitives.ts';

/** What every object of the inventory carries; the controller fills it in. */
export const Stored = z.object({
  /** Never changes; everything refers to it, so that renaming breaks nothing. */
  id: Id,
  /** Counts up with each write; a write names the one it is based on. */
  revision: z.int().positive(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  /**
   * Values that were taken when they were written and that this version refuses. Nothing is planned
   * with the object until an edit has put them right.
   */
  refused: z.array(ErrorDetail).optional(),
});

/** What operators write into every object that has a name of its own. */
export const named = z.object({
  name: Name,
  comment: z.string().max(4096).optional(),
  /** Who looks after the object, for people and for filters; no rights follow from it. */
  owners: z.array(z.string().min(1)).optional(),
});

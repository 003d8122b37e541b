import type { ErrorDetail } from '@resole/protocol';
import { z } from 'zod';
import { nouns, operators } from './collections.ts';
import { messageOf, withoutUnions } from './issues.ts';
import type { Store } from './store.ts';
import type { StoredFields } from './stored.ts';

type Issue = z.core.$ZodIssue;

/**
 * Whether a value has the shape that a schema asks for, and fails only what it asks of the contents:
 * a pattern, a range, a choice, which fields there are.
 */
const isShaped = (issue: Issue): boolean => {
  if (issue.code === 'invalid_type') return false;
  if (issue.code === 'invalid_union') return issue.errors.some((each) => each.every(isShaped));
  return true;
};

const problemOf = (issue: Issue): ErrorDetail => ({
  field: issue.path.join('.'),
  problem: messageOf(issue),
});

type Read<T> = { object: T; error?: never } | { object?: never; error: z.ZodError };

/**
 * Reads what is stored by the schema of today.
 * @param lenient takes an object of which only values are refused as it is, and says which in
 * `refused`: an update must not keep the controller from starting because of what was right before.
 */
export const readStored = <T extends StoredFields>(
  schema: z.ZodType<T>,
  data: unknown,
  lenient: boolean,
): Read<T> => {
  // What another version refused is for this one to say anew.
  const { refused: _, ...written } = z.record(z.string(), z.unknown()).catch({}).parse(data);
  const result = schema.safeParse(written);
  if (result.success) return { object: result.data };
  const { issues } = result.error;
  if (!lenient || !issues.every(isShaped)) return { error: result.error };
  return { object: { ...written, refused: withoutUnions(issues).map(problemOf) } as unknown as T };
};

/** The objects that were read only because values that are refused are let pass. */
export const refusedObjects = async (store: Store) => {
  const found: { noun: string; id: string; refused: ErrorDetail[] }[] = [];
  for (const name of operators) {
    for (const { id, refused } of await store[name].list()) {
      if (refused !== undefined) found.push({ noun: nouns[name], id, refused });
    }
  }
  return found;
};

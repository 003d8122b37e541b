import { z } from 'zod';

/** For each field, its name with `!` before it. */
type TakenAway<Shape> = {
  [Key in keyof Shape & string as `!${Key}`]: z.ZodOptional<z.ZodNull>;
};

/**
 * A map with fields of its own that is handed down: beside each field, `!field` with null takes away
 * what comes from above. Both stand in one schema, so that a misspelt name is still refused.
 */
export const inheritable = <Shape extends z.ZodRawShape>({ shape }: z.ZodObject<Shape>) => {
  const names = Object.keys(shape).map((name) => [`!${name}`, z.null().optional()]);
  return z.strictObject({ ...shape, ...(Object.fromEntries(names) as TakenAway<Shape>) });
};

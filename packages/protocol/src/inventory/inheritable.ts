import { z } from 'zod';

/** For each field, its name with `!` before it. */
type TakenAway<Shape> = {
  [Key in keyof Shape & string as `!${Key}`]: z.ZodOptional<z.ZodNull>;
};

/** Beside each field, `!field` with null: it takes away what comes from above. */
export const takenAway = <Shape extends z.ZodRawShape>(shape: Shape): TakenAway<Shape> =>
  Object.fromEntries(
    Object.keys(shape).map((name) => [`!${name}`, z.null().optional()]),
  ) as TakenAway<Shape>;

/**
 * A map with fields of its own that is handed down, each of which can be taken away. All stand in one
 * schema, so that a misspelt name is still refused.
 */
export const inheritable = <Shape extends z.ZodRawShape>({ shape }: z.ZodObject<Shape>) =>
  z.strictObject({ ...shape, ...takenAway(shape) });

/** Drivers' own options: words of a command line or values of YAML, checked strictly. */
import { z } from 'zod';
import type { PowerTarget } from './driver.ts';
import { notConfigured } from './failures.ts';

/** `3` or `"3"`. */
export const number = (min: number, max: number) =>
  z
    .union([z.number(), z.string().regex(/^\d+$/).transform(Number)])
    .pipe(z.int().min(min).max(max));

/** `true` or `"true"`. */
export const flag = z.union([
  z.boolean(),
  z.enum(['true', 'false']).transform((v) => v === 'true'),
]);

/** Text that a program is given as an argument: never one that it would take for an option. */
export const word = z.coerce
  .string()
  .regex(/^[^-\s][^\n\r\0]*$/, 'text that does not begin with "-"');

/** @throws ResoleError `power-not-configured`, naming every option that is wrong. */
export const readOptions = <Schema extends z.ZodType>(
  schema: Schema,
  target: PowerTarget,
): z.infer<Schema> => {
  const read = schema.safeParse(target.options);
  if (read.success) return read.data;
  const problems = read.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `option ${path.join('.')}: ${message}`,
  );
  throw notConfigured(target, problems.join('; '));
};

/** @throws ResoleError `power-not-configured` where one of the fields is missing. */
export const need = <Field extends 'address' | 'user' | 'password'>(
  target: PowerTarget,
  ...fields: Field[]
): PowerTarget & Required<Pick<PowerTarget, Field>> => {
  const missing = fields.filter((field) => target[field] === undefined || target[field] === '');
  if (missing.length > 0) throw notConfigured(target, `its power has no ${missing.join(', no ')}`);
  return target as PowerTarget & Required<Pick<PowerTarget, Field>>;
};

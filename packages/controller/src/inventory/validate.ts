import { z } from 'zod';
import { messageOf, withoutUnions } from '../store/issues.ts';
import { isMapping } from './merge.ts';
import { didYouMean } from './nearest.ts';
import type { Problem } from './problems.ts';

/** Values of such fields are not repeated in errors. */
const secretField = /(token|secret|password|key)$/i;

const valueAt = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null
        ? (value as Record<PropertyKey, unknown>)[key]
        : undefined,
    input,
  );

/** The object schema below optional, nullable and the like. */
const unwrapped = (schema: unknown): unknown =>
  schema instanceof z.ZodOptional || schema instanceof z.ZodNullable
    ? unwrapped(schema.unwrap())
    : schema;

/** Names of the fields that the schema knows at a path. */
const fieldsAt = (schema: unknown, path: readonly PropertyKey[]): string[] => {
  const inner = unwrapped(schema);
  const [key, ...rest] = path;
  if (inner instanceof z.ZodRecord && inner.keyType instanceof z.ZodEnum) {
    return key === undefined ? inner.keyType.options.map(String) : fieldsAt(inner.valueType, rest);
  }
  if (inner instanceof z.ZodRecord) return key === undefined ? [] : fieldsAt(inner.valueType, rest);
  if (inner instanceof z.ZodArray) return key === undefined ? [] : fieldsAt(inner.element, rest);
  if (!(inner instanceof z.ZodObject)) return [];
  return key === undefined
    ? Object.keys(inner.shape)
    : fieldsAt((inner.shape as Record<PropertyKey, unknown>)[key], rest);
};

/** Kinds of values, for people. */
const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

const remedyOf = (issue: z.core.$ZodIssue, value: unknown): string | undefined =>
  issue.code === 'invalid_value' && typeof value === 'string'
    ? didYouMean(value, issue.values.map(String))
    : undefined;

const problemsOf = (issue: z.core.$ZodIssue, input: unknown, schema: z.ZodType): Problem[] => {
  if (issue.code === 'unrecognized_keys') {
    const known = fieldsAt(schema, issue.path);
    const fields = known.filter((name) => !name.startsWith('!'));
    return issue.keys.map((key) => ({
      field: [...issue.path, key].join('.'),
      problem: 'there is no such field',
      remedy:
        didYouMean(key, key.startsWith('!') ? known : fields) ??
        `the fields are ${fields.join(', ')}`,
    }));
  }
  const value = valueAt(input, issue.path);
  const remedy = remedyOf(issue, value);
  const field = issue.path.join('.');
  const shown = !isMapping(value) && value !== undefined && !secretField.test(field);
  return [
    {
      field,
      problem:
        value === undefined && issue.path.length > 0
          ? 'is missing'
          : issue.code === 'invalid_type'
            ? `has to be ${kinds[issue.expected] ?? issue.expected}`
            : messageOf(issue),
      ...(shown ? { value } : {}),
      ...(remedy === undefined ? {} : { remedy }),
    },
  ];
};

/** Everything that is wrong with an input by its schema alone. */
export const problemsOfError = (error: z.ZodError, input: unknown, schema: z.ZodType): Problem[] =>
  withoutUnions(error.issues).flatMap((issue) => problemsOf(issue, input, schema));

/** The fields of an input that are right by themselves, and what is wrong with the others. */
export interface Validated<Input> {
  fields: Partial<Input>;
  problems: Problem[];
}

/**
 * Checks an input field by field, so that what is right can be checked further (references, names)
 * and a person hears of everything at once.
 */
export const validate = <Input>(
  schema: z.ZodObject & z.ZodType<Input>,
  input: unknown,
): Validated<Input> => {
  const result = schema.safeParse(input);
  if (result.success) return { fields: result.data, problems: [] };
  const fields = Object.entries(isMapping(input) ? input : {}).flatMap(([key, value]) => {
    const field = schema.shape[key]?.['~standard'].validate(value);
    return field !== undefined && 'value' in field ? [[key, field.value]] : [];
  });
  return {
    fields: Object.fromEntries(fields) as Partial<Input>,
    problems: problemsOfError(result.error, input, schema),
  };
};

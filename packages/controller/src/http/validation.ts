import { z } from 'zod';
import { refusal } from '../inventory/problems.ts';
import { problemsOfError } from '../inventory/validate.ts';

const places: Record<string, string> = {
  body: 'the request',
  params: 'the address',
  querystring: 'the query',
  headers: 'the headers',
};

/** One part of a request that fastify asks a checker for; routes here have zod schemas only. */
interface Part {
  schema: unknown;
  httpPart?: string;
}

type Check = (data: unknown) => { value: unknown } | { error: Error };

/** Checks every part of a request by its zod schema; all that is wrong is reported at once. */
export const checkedBySchema = ({ schema, httpPart = 'body' }: Part): Check => {
  if (!(schema instanceof z.ZodType)) throw new Error(`the schema of a ${httpPart} is not zod's`);
  return (data) => {
    const result = schema.safeParse(data);
    if (result.success) return { value: result.data };
    const problems = problemsOfError(result.error, data, schema);
    return { error: refusal(places[httpPart] ?? httpPart, problems) };
  };
};

/**
 * For routes that hand their body on as it came: the inventory checks it together with what only the
 * store knows (references, names, files), so that people hear of everything at once.
 */
export const bodyCheckedByInventory = (part: Part): Check =>
  part.httpPart === 'body' ? (value) => ({ value }) : checkedBySchema(part);

/** Any path parameter that names an object: its id or name (a system's hostname, MAC or UUID too). */
export const RefParams = z.object({ ref: z.string() });

/** Field → what its value must be, as in `name=web*` and `virt.cpus=2`; the inventory checks them. */
export const findQueryOf = (input: z.ZodObject) =>
  z
    .object(
      Object.fromEntries(Object.keys(input.shape).map((field) => [field, z.string().optional()])),
    )
    .catchall(z.string());

const Flag = z.enum(['true', 'false']).transform((text) => text === 'true');

export const ApplyQuery = z.strictObject({
  /** Only says what would change. */
  dryRun: Flag.optional(),
  /** Removes what the document doesn't have, of the nouns that it has. */
  prune: Flag.optional(),
});

/** With the ids of objects, by which a later apply knows that one was renamed. */
export const ExportQuery = z.strictObject({ ids: Flag.optional() });

export const ResolvedQuery = z.strictObject({ resolved: Flag.optional() });

export const RemoveQuery = z.strictObject({
  /** Takes what depends on the object too. */
  recursive: Flag.optional(),
  /** Only says what would go. */
  dryRun: Flag.optional(),
});

/** `If-Match: 3`, with or without quotes: the revision that a write is based on. */
export const RevisionHeaders = z.looseObject({
  'if-match': z
    .string()
    .regex(/^"?\d+"?$/, 'the number of a revision')
    .optional(),
});

export const revisionOf = (headers: z.infer<typeof RevisionHeaders>): number | undefined => {
  const text = headers['if-match']?.replaceAll('"', '');
  return text === undefined ? undefined : Number(text);
};

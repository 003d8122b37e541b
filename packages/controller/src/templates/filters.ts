/**
 * Filters for templates. A filter must never throw: minijinja's WebAssembly dies of that, for the
 * whole process. It refuses by returning a symbol, which minijinja cannot print: that becomes an
 * ordinary template error at the right line, with the symbol's text.
 */
type Filter = (value: unknown) => string | symbol;

/** Quotes one word for a POSIX shell: `it's` → `'it'\''s'`. Text, numbers and booleans only. */
const sh: Filter = (value) => {
  if (!['string', 'number', 'boolean'].includes(typeof value)) {
    return Symbol(`sh: ${kindOf(value)} cannot be one word of a shell`);
  }
  const text = String(value);
  if (text.includes('\0')) return Symbol('sh: a NUL byte cannot be in a word of a shell');
  return `'${text.replaceAll("'", "'\\''")}'`;
};

/** Base64 of a text's UTF-8 bytes: how a file gets through a shell that has no here-documents. */
const b64: Filter = (value) =>
  typeof value === 'string'
    ? Buffer.from(value).toString('base64')
    : Symbol(`b64: ${kindOf(value)} is not a text`);

/** JSON on one line. */
const json: Filter = (value) => {
  if (value === undefined) return Symbol('json: undefined value');
  try {
    return JSON.stringify(toJson(value)) ?? Symbol(`json: ${kindOf(value)} has no JSON`);
  } catch {
    return Symbol(`json: ${kindOf(value)} has no JSON`);
  }
};

/** Mappings of a template arrive as maps. */
function toJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toJson);
  if (!(value instanceof Map)) return value;
  return Object.fromEntries([...value].map(([key, entry]) => [String(key), toJson(entry)]));
}

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return 'an undefined value';
  if (Array.isArray(value)) return 'a list';
  return value instanceof Map ? 'a mapping' : `a ${typeof value}`;
}

export const filters = { sh, json, b64 } as const satisfies Record<string, Filter>;

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

/** One word of a kickstart file, which is read line by line: quoted as for a shell, on one line. */
const ks: Filter = (value) =>
  /\p{Cc}/u.test(String(value))
    ? Symbol('ks: a line break or control character cannot be in a word of a kickstart file')
    : sh(value);

/** A script of a kickstart file: none of its lines may look like the end of it, or like another. */
const ksSection: Filter = (value) =>
  typeof value !== 'string'
    ? Symbol(`ks_section: ${kindOf(value)} is not a text`)
    : /^\s*%/m.test(value)
      ? Symbol('ks_section: a line that begins with % would end the section')
      : value;

/** Text of an XML element or attribute. */
const xml: Filter = (value) => {
  if (!['string', 'number', 'boolean'].includes(typeof value)) {
    return Symbol(`xml: ${kindOf(value)} cannot be text of an XML file`);
  }
  const text = String(value);
  if (!isXmlText(text)) return Symbol('xml: a control character cannot be in an XML file');
  return text.replaceAll(/[&<>"'\r]/g, (character) => `&#${character.charCodeAt(0)};`);
};

/** Text of an XML element, as it stands: for scripts, which people want to read. */
const cdata: Filter = (value) =>
  typeof value === 'string' && isXmlText(value)
    ? `<![CDATA[${value.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`
    : Symbol(`cdata: ${kindOf(value)} with a control character, or no text`);

/** XML 1.0, production Char. */
const isXmlText = (text: string): boolean =>
  !/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u.test(text);

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

export const filters = {
  sh,
  json,
  b64,
  ks,
  ks_section: ksSection,
  xml,
  cdata,
} as const satisfies Record<string, Filter>;

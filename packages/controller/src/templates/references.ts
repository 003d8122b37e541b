/** Which templates a template mentions: read from its text, without rendering it. */

/** What a template mentions. */
export interface References {
  names: readonly string[];
  /**
   * How names begin that are put together when it renders: `parts/` for
   * `{% include "parts/" ~ name %}`, nothing for `{% include name %}`.
   */
  beginnings: readonly string[];
}

/** Everything that Jinja2 doesn't read as a tag. */
const silent = /\{#.*?#\}|\{%[-+]?\s*raw\s*[-+]?%\}.*?\{%[-+]?\s*endraw\s*[-+]?%\}/gs;
const tag = /\{%[-+]?\s*(?:include|import|from|extends)\s+(.*?)[-+]?%\}/gs;
/** What follows the name in a tag. */
const rest = /\s(ignore\s+missing|with(out)?\s+context|import\s.*|as\s+\w+)\s*$/s;
const literal = /"([^"]*)"|'([^']*)'/g;

/** Templates that a text includes, imports or extends, in order of mention. */
export const referencesOf = (text: string): References => {
  const names = new Set<string>();
  const beginnings = new Set<string>();
  for (const [, expression = ''] of text.replaceAll(silent, '').matchAll(tag)) {
    const meant = withoutRest(expression).trim();
    const literals = [...meant.matchAll(literal)].map(([, one, other]) => one ?? other ?? '');
    // A name, or a list of names of which the first that exists counts.
    if (/^[\s[\](),]*$/.test(meant.replaceAll(literal, ''))) {
      for (const name of literals) names.add(name);
    } else {
      beginnings.add(/^(["'])([^"']*)\1\s*~/.exec(meant)?.[2] ?? '');
    }
  }
  return { names: [...names], beginnings: [...beginnings] };
};

/** Names of the templates that a text includes, imports or extends. */
export const includesOf = (text: string): readonly string[] => referencesOf(text).names;

const withoutRest = (expression: string): string => {
  const shorter = ` ${expression}`.replace(rest, '');
  return shorter === ` ${expression}` ? expression : withoutRest(shorter);
};

/**
 * The templates that rendering `names` can reach, themselves included; where a name is only known
 * when it renders, all that it may be. Names that are not there are left out.
 */
export const reachableFrom = (
  names: readonly string[],
  templates: Readonly<Record<string, string>>,
): string[] => {
  const reached = new Set<string>();
  const waiting = [...names];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const text = Object.hasOwn(templates, name) ? templates[name] : undefined;
    if (text === undefined || reached.has(name)) continue;
    reached.add(name);
    const found = remembered(text);
    waiting.push(...found.names);
    for (const beginning of found.beginnings) {
      waiting.push(...Object.keys(templates).filter((each) => each.startsWith(beginning)));
    }
  }
  return [...reached].sort();
};

/** Texts are few and immutable, and asked for at every render. */
const memory = new Map<string, References>();
const MEMORY = 4000;

const remembered = (text: string): References => {
  const known = memory.get(text);
  if (known) return known;
  const found = referencesOf(text);
  if (memory.size >= MEMORY) memory.clear();
  memory.set(text, found);
  return found;
};

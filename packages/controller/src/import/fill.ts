/** Path patterns of signatures: placeholders and wildcards. */
import type { Found } from './signature.ts';
import type { RecordingReader } from './tree.ts';

/** `{name}` → what was found; undefined where a placeholder has nothing to stand for. */
export function fill(pattern: string, found: Found): string | undefined {
  let complete = true;
  const path = pattern.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = found[name];
    // A name from a file on the medium must not lead elsewhere.
    if (value === undefined || /[/\0]|^\.\.?$/.test(value)) complete = false;
    return value ?? '';
  });
  return complete ? path : undefined;
}

export interface Expanded {
  path: string;
  /** What the `*` stood for. */
  star?: string;
}

/** The paths that a pattern with at most one `*` means in a tree; sorted as versions are. */
export async function expand(pattern: string, reader: RecordingReader): Promise<Expanded[]> {
  const at = pattern.indexOf('*');
  if (at === -1) return [{ path: pattern }];
  const slash = pattern.lastIndexOf('/', at);
  const end = pattern.indexOf('/', at);
  const folder = slash === -1 ? '' : pattern.slice(0, slash);
  const before = pattern.slice(slash + 1, at);
  const after = pattern.slice(at + 1, end === -1 ? undefined : end);
  const rest = end === -1 ? '' : pattern.slice(end);
  const names = (await reader.list(folder)) ?? [];
  const paths = names
    .filter(
      (name) =>
        name.startsWith(before) &&
        name.endsWith(after) &&
        name.length >= before.length + after.length,
    )
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((name) => ({
      path: `${folder === '' ? '' : `${folder}/`}${name}${rest}`,
      star: name.slice(before.length, name.length - after.length),
    }));
  if (paths.length === 0) reader.looked.set(pattern, 'not there');
  return paths;
}

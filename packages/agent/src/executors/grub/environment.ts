/**
 * GRUB's environment block: 1024 bytes, a header line, `name=value` lines, then `#` to the end
 * (GRUB manual, "The GRUB environment block"). Pure.
 */

const HEADER = '# GRUB Environment Block\n';
export const ENVIRONMENT_SIZE = 1024;

/** Its variables; backslashes escape newlines and backslashes in values. */
export function parseEnvironment(bytes: Uint8Array): Map<string, string> {
  const text = Buffer.from(bytes).toString('latin1');
  if (!text.startsWith(HEADER)) return new Map();
  const lines = text.slice(HEADER.length).match(/(?:[^\n\\]|\\[\s\S])+/g) ?? [];
  const pairs = lines
    .filter((line) => !line.startsWith('#') && line.includes('='))
    .map((line): [string, string] => {
      const cut = line.indexOf('=');
      return [line.slice(0, cut), line.slice(cut + 1).replaceAll(/\\([\s\S])/g, '$1')];
    });
  return new Map(pairs);
}

/** Whether two blocks differ in nothing but the one-time entry, set, cleared or absent. */
export function sameButOneTimeEntry(one: Uint8Array, other: Uint8Array): boolean {
  const rest = (bytes: Uint8Array) =>
    JSON.stringify([...parseEnvironment(bytes)].filter(([name]) => name !== 'next_entry').sort());
  return rest(one) === rest(other);
}

/** The block with a variable taken away. */
export function withoutVariable(bytes: Uint8Array, name: string): Buffer {
  const variables = parseEnvironment(bytes);
  variables.delete(name);
  const lines = [...variables].map(
    ([key, value]) => `${key}=${value.replaceAll(/[\\\n]/g, (match) => `\\${match}`)}\n`,
  );
  const text = HEADER + lines.join('');
  return Buffer.from(text.padEnd(Math.max(bytes.length, ENVIRONMENT_SIZE), '#'), 'latin1');
}

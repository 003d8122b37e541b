/** `eth0,mtu=9000,primary`: several values in the text of one flag. */

/** `mtu` and `9000`; a word without `=` has no value. */
export type Pair = readonly [key: string, value: string | undefined];

export const pairsOf = (text: string): Pair[] =>
  text
    .split(',')
    .filter((word) => word !== '')
    .map((word) => split(word) ?? [word, undefined]);

/** Key and value around the first `=`; undefined where there is none, or no key before it. */
export function split(word: string): [string, string] | undefined {
  const at = word.indexOf('=');
  return at < 1 ? undefined : [word.slice(0, at), word.slice(at + 1)];
}

/** What is wrong with a flag's text, in words that go on from the flag's name. */
export type Wrong = (problem: string, value: string, remedy?: string) => undefined;

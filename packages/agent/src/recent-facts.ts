/** Facts that were read a moment ago need not be read again: on a slow machine that takes a second. */
import type { Facts } from '@resole/protocol';

/** How old they may be, ms: between a plan and its job's first step lies one answer of a person's. */
const FRESH_MS = 10_000;

export interface FactsReader {
  /** Looks at the machine. */
  read(): Promise<Facts>;
  /** What was seen in the last ten seconds; else looks at the machine. */
  recent(): Promise<Facts>;
}

/** @param now milliseconds that go on steadily, also where the wall clock is set meanwhile. */
export function factsReader(
  look: () => Promise<Facts>,
  now: () => number = () => performance.now(),
): FactsReader {
  let seen: { facts: Facts; at: number } | undefined;
  const read = async (): Promise<Facts> => {
    // The moment when it began: what changes while it is being read may be missing in it.
    const at = now();
    const facts = await look();
    seen = { facts, at };
    return facts;
  };
  return {
    read,
    recent: async () => (seen && now() - seen.at < FRESH_MS ? seen.facts : read()),
  };
}

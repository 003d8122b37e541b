/** What a run of a fence agent that did not do its work means. */
import { ResoleError } from '@resole/protocol';
import type { PowerTarget } from '../driver.ts';
import { failed, noPrivilege, notConfigured, unreachable, wrongPassword } from '../failures.ts';
import type { Ran } from '../program.ts';
import { redacted } from '../redact.ts';

type Make = (target: PowerTarget, words: string) => ResoleError;

const notSeen: Make = ({ name }, words) =>
  new ResoleError('power-not-verified', `${name}: the agent waited in vain: ${words}`, {
    remedy: `\`resole power test ${name}\` looks further`,
  });

/**
 * Exit codes of fencing.py, EC_*. Agents of today end with 1 for all of them, and write their words;
 * 2 means "off" where a status was asked.
 */
const codes: Readonly<Record<number, Make>> = {
  2: notConfigured,
  3: wrongPassword,
  4: unreachable,
  5: unreachable,
  6: notSeen,
  7: notSeen,
  8: failed,
  9: failed,
  10: notConfigured,
  11: noPrivilege,
  12: notConfigured,
};

/** Words of fencing.py's fail(), then what agents say of themselves; the first match wins. */
const meanings: readonly [RegExp, Make][] = [
  [/Timed out waiting to power O(N|FF)/, notSeen],
  [/does not have the correct privileges/, noPrivilege],
  [/Unable to obtain correct plug status/, failed],
  [
    /incorrect password|authentication fail|unauthorized|\b401\b|login incorrect|Unable to connect\/login/i,
    wrongPassword,
  ],
  [
    /timed? ?out|connection (refused|lost)|no route|unreachable|Name or service not known|Could not resolve/i,
    unreachable,
  ],
  [/Failed: (You have to|.*is required|.*not specified)|Parse error/i, notConfigured],
  [/plug|No such|not found/i, notConfigured],
];

/** What it logged, without times, levels and Python's chatter. */
const wordsOf = (target: PowerTarget, stderr: string): string =>
  redacted(
    target,
    stderr
      .split('\n')
      .map((line) => line.replace(/^\d{4}-\d\d-\d\d [\d:,]+ \w+: /, '').trim())
      .filter((line) => line !== '' && !/Warning|^\s*from |^import |^Please use '-h'/.test(line))
      .join('; '),
  );

/** @param seconds that it was given. */
export const fenceFailure = (target: PowerTarget, ran: Ran, seconds: number): ResoleError => {
  if (ran.timedOut) return unreachable(target, `no answer in ${seconds} s`);
  const words = wordsOf(target, ran.stderr);
  const told = meanings.find(([meaning]) => meaning.test(words))?.[1];
  const make = codes[ran.exitCode] ?? told ?? failed;
  return make(target, words || `the agent ended with ${ran.exitCode}`);
};

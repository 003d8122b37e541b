import type { ResoleError } from '@resole/protocol';
import type { PowerTarget } from '../driver.ts';
import {
  failed,
  isOff,
  noPrivilege,
  unreachable,
  wrongCipher,
  wrongPassword,
} from '../failures.ts';
import type { Ran } from '../program.ts';

/** Words of `ipmitool -v` and what they mean (its lanplus and chassis sources); first match wins. */
const meanings: readonly [RegExp, typeof failed][] = [
  [
    /RAKP 2 HMAC is invalid|RAKP 2 message indicates an error ?: ?(unauthorized name|.*password)/i,
    wrongPassword,
  ],
  [/unauthorized name|password is longer|invalid role/i, wrongPassword],
  [
    /invalid (authentication|integrity|confidentiality) algorithm|no (matching )?cipher suite|Unsupported cipher/i,
    wrongCipher,
  ],
  // Set Session Privilege Level refused: not for this user, or above the session's limit.
  [/cmd=0x3b rsp=0x8[012]/, noPrivilege],
  [/Insufficient privilege|unauthorized role|privilege level.*exceed/i, noPrivilege],
  [
    /Get Auth Capabilities error|Unable to establish (LAN|IPMI)|no response|Unable to (set|get) Chassis Power|Close Session command failed|timed? ?out|Address lookup/i,
    unreachable,
  ],
  [/not supported in present state/i, isOff],
];

/** What a run of ipmitool that did not do its work means. */
export const ipmiFailure = (target: PowerTarget, ran: Ran): ResoleError => {
  const text = withoutChatter(`${ran.stdout}\n${ran.stderr}`);
  const [, make] = meanings.find(([words]) => words.test(text)) ?? [
    undefined,
    ran.timedOut ? unreachable : failed,
  ];
  return make(target, make === failed ? lastWords(text) : undefined);
};

/**
 * What `-v` says of its own side questions (vendor extensions) left out: they fail on good BMCs too,
 * for want of privilege even.
 */
const withoutChatter = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => !/^(Invalid completion code received|Get HPM\.x|Running Get VSO)/.test(line))
    .join('\n');

/** The last line that tells a failure. */
const lastWords = (text: string): string =>
  text
    .split('\n')
    .filter((line) => /fail|error|unable|invalid|refus/i.test(line))
    .at(-1) ?? 'ipmitool gave no reason';

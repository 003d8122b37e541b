/** What virsh says, in the words of power drivers. */
import type { PowerState, ResoleError } from '@resole/protocol';
import type { PowerTarget } from './driver.ts';
import {
  failed,
  isOff,
  noPrivilege,
  notConfigured,
  unreachable,
  wrongPassword,
} from './failures.ts';

const meanings: readonly [RegExp, (target: PowerTarget, text: string) => ResoleError][] = [
  [/failed to get domain|Domain not found/i, (target, text) => notConfigured(target, text)],
  [/authentication failed|Permission denied \(publickey/i, (target) => wrongPassword(target)],
  [/Permission denied|access denied/i, (target, text) => noPrivilege(target, text)],
  [
    /failed to connect|Cannot recv data|Unable to resolve|Connection (refused|timed out|reset)|Failed to connect socket/i,
    (target, text) => unreachable(target, text),
  ],
  [/domain is not running/i, (target) => isOff(target)],
];

/** @param stderr of virsh(1). */
export const failureOfVirsh = (target: PowerTarget, stderr: string): ResoleError => {
  const text = stderr
    .trim()
    .replaceAll(/^error: /gm, '')
    .replaceAll('\n', '; ');
  const make = meanings.find(([words]) => words.test(text))?.[1];
  return make?.(target, text) ?? failed(target, text);
};

/** Guests that run, sleep or are held still are on; virDomainState has no more. */
const states: Readonly<Record<string, 'on' | 'off'>> = {
  running: 'on',
  idle: 'on',
  paused: 'on',
  pmsuspended: 'on',
  'in shutdown': 'on',
  'no state': 'on',
  crashed: 'off',
  'shut off': 'off',
};

/** @param said by `virsh domstate`. @throws ResoleError `power-failed` for what it never said yet. */
export const stateOfVirsh = (target: PowerTarget, said: string): PowerState => {
  const state = states[said];
  if (state === undefined) throw failed(target, `virsh said "${said}"`);
  return state;
};

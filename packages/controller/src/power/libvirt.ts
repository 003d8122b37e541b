/** Guests of libvirt, by virsh. */
import type { ResoleError } from '@resole/protocol';
import { z } from 'zod';
import type { PowerDriver, PowerIo, PowerTarget } from './driver.ts';
import {
  failed,
  isOff,
  noPrivilege,
  notConfigured,
  unreachable,
  wrongPassword,
} from './failures.ts';
import { readOptions, word } from './options.ts';
import { runProgram } from './program.ts';

const Options = z.strictObject({
  /** As in `qemu:///system` or `qemu+ssh://root@host/system`. */
  uri: word.default('qemu:///system'),
  /** Name or UUID of the guest; default: the name of the system. */
  domain: word.optional(),
  /** Seconds that libvirt may take for one answer. */
  timeout: z.coerce.number().min(1).max(300).default(30),
});

const read = (target: PowerTarget) => {
  const options = readOptions(Options, target);
  return { ...options, domain: options.domain ?? target.name };
};

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

const virsh = async (target: PowerTarget, command: string, io: PowerIo): Promise<string> => {
  const { uri, domain, timeout } = read(target);
  const ran = await runProgram(
    'virsh',
    ['--quiet', '--connect', uri, command, '--domain', domain],
    io,
    { timeoutSeconds: timeout, package: 'libvirt-clients' },
  );
  if (ran.exitCode === 0) return ran.stdout.trim();
  const text = ran.stderr
    .trim()
    .replaceAll(/^error: /gm, '')
    .replaceAll('\n', '; ');
  if (ran.timedOut) throw unreachable(target, `${uri} did not answer in ${timeout} s`);
  const make = meanings.find(([words]) => words.test(text))?.[1];
  throw make?.(target, text) ?? failed(target, text);
};

const alter =
  (command: string) =>
  async (target: PowerTarget, io: PowerIo): Promise<'sent'> => {
    await virsh(target, command, io);
    return 'sent';
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

export const libvirt: PowerDriver = {
  about: 'guests of libvirt, by virsh',
  needs: 'options uri, domain, timeout',
  check: (target) => {
    read(target);
  },
  queue: (target) => `libvirt ${read(target).uri}`,
  acts: {
    status: async (target, io) => {
      const said = await virsh(target, 'domstate', io);
      const state = states[said];
      if (state === undefined) throw failed(target, `virsh said "${said}"`);
      return state;
    },
    on: alter('start'),
    off: alter('destroy'),
    'soft-off': alter('shutdown'),
    reset: alter('reset'),
  },
};

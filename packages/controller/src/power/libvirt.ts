/** Guests of libvirt, by virsh. */
import { z } from 'zod';
import type { PowerDriver, PowerIo, PowerTarget } from './driver.ts';
import { unreachable } from './failures.ts';
import { readOptions, word } from './options.ts';
import { runProgram } from './program.ts';
import { failureOfVirsh, stateOfVirsh } from './virsh.ts';

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

const virsh = async (target: PowerTarget, command: string, io: PowerIo): Promise<string> => {
  const { uri, domain, timeout } = read(target);
  const ran = await runProgram(
    'virsh',
    ['--quiet', '--connect', uri, command, '--domain', domain],
    io,
    { timeoutSeconds: timeout, package: 'libvirt-clients' },
  );
  if (ran.exitCode === 0) return ran.stdout.trim();
  if (ran.timedOut) throw unreachable(target, `${uri} did not answer in ${timeout} s`);
  throw failureOfVirsh(target, ran.stderr);
};

const alter =
  (command: string) =>
  async (target: PowerTarget, io: PowerIo): Promise<'sent'> => {
    await virsh(target, command, io);
    return 'sent';
  };

export const libvirt: PowerDriver = {
  about: 'guests of libvirt, by virsh',
  needs: 'options uri, domain, timeout',
  check: (target) => {
    read(target);
  },
  queue: (target) => `libvirt ${read(target).uri}`,
  acts: {
    status: async (target, io) => stateOfVirsh(target, await virsh(target, 'domstate', io)),
    on: alter('start'),
    off: alter('destroy'),
    'soft-off': alter('shutdown'),
    reset: alter('reset'),
  },
};

/** Anything that a program of fence-agents can switch. Options go to its standard input. */
import { z } from 'zod';
import type { PowerDriver, PowerIo, PowerTarget } from '../driver.ts';
import { notSupported } from '../failures.ts';
import { readOptions } from '../options.ts';
import { type Ran, runProgram } from '../program.ts';
import { refusalOf, warningsOfProgram } from './argv.ts';
import { described } from './described.ts';
import { fenceFailure } from './failure.ts';
import { fenceInput } from './input.ts';
import type { FenceMetadata } from './metadata.ts';

const Options = z.looseObject({
  program: z.string().regex(/^fence_[a-z0-9_]+$/, 'the name of a fence agent, as in fence_apc'),
  /** That the program shows the password in arguments is accepted (argv.ts). */
  argv_password: z.literal('allowed', 'only "allowed"').optional(),
});

/** What we are told: never a program that shows the password, unless that was accepted. */
const read = (target: PowerTarget, metadata?: FenceMetadata) => {
  const { program, argv_password, ...rest } = readOptions(Options, target);
  const refusal = argv_password === undefined ? refusalOf(target, program, metadata) : undefined;
  if (refusal !== undefined) throw refusal;
  return { program, options: rest as PowerTarget['options'] };
};

/** Some log in by SSH and wait for prompts. */
const TIMEOUT_SECONDS = 90;

const run = async (
  target: PowerTarget,
  action: 'status' | 'on' | 'off',
  io: PowerIo,
): Promise<Ran> => {
  const { program } = read(target);
  const metadata = await described(program, io);
  const { options } = read(target, metadata);
  if (!metadata.actions.includes(action)) throw notSupported(target, `${program} has no ${action}`);
  const input = fenceInput(target, options, metadata, action);
  // Any word on the command line would turn standard input off.
  return runProgram(program, [], io, {
    timeoutSeconds: TIMEOUT_SECONDS,
    package: 'fence-agents',
    input,
  });
};

const alter =
  (action: 'on' | 'off') =>
  async (target: PowerTarget, io: PowerIo): Promise<'sent'> => {
    const ran = await run(target, action, io);
    if (ran.exitCode !== 0) throw fenceFailure(target, ran, TIMEOUT_SECONDS);
    return 'sent';
  };

export const fence: PowerDriver = {
  about: 'programs of fence-agents: PDUs, blade centres, hypervisors, clouds …',
  needs:
    'option program (as in fence_apc) and its own options; address, port, user, password where it takes them',
  check: (target) => {
    read(target);
  },
  queue: ({ address, port, system }) =>
    address === undefined ? `fence ${system}` : `bmc ${address} ${port ?? ''}`,
  warnings: (target) => warningsOfProgram(read(target).program),
  acts: {
    status: async (target, io) => {
      const ran = await run(target, 'status', io);
      // Older ones end with 0 whatever they found.
      if (ran.exitCode === 2 || (ran.exitCode === 0 && /\bOFF\b/i.test(ran.stdout))) return 'off';
      if (ran.exitCode === 0) return 'on';
      throw fenceFailure(target, ran, TIMEOUT_SECONDS);
    },
    on: alter('on'),
    off: alter('off'),
  },
};

/** An operator's own program; docs/power.md has the contract. */
import { stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import type { ResoleError } from '@resole/protocol';
import { z } from 'zod';
import type { PowerDriver, PowerIo, PowerTarget } from './driver.ts';
import {
  failed,
  isOff,
  noPrivilege,
  notConfigured,
  notSupported,
  unreachable,
  wrongPassword,
} from './failures.ts';
import { readOptions } from './options.ts';
import { runProgram } from './program.ts';
import { redacted } from './redact.ts';

const Options = z.strictObject({
  program: z.string().refine(isAbsolute, 'an absolute path'),
  timeout: z.coerce.number().min(1).max(600).default(60),
});

/** Exit codes of the contract; every other one is a failure whose reason is on standard error. */
const codes: Readonly<Record<number, (target: PowerTarget, detail: string) => ResoleError>> = {
  3: (target, detail) => wrongPassword(target, detail),
  4: (target, detail) => unreachable(target, detail),
  5: (target, detail) => noPrivilege(target, detail),
  6: (target, detail) => isOff(target, detail),
  7: (target, detail) => notSupported(target, detail),
};

const run = async (target: PowerTarget, action: string, io: PowerIo, more: object = {}) => {
  const { program, timeout } = readOptions(Options, target);
  const input = {
    action,
    system: target.name,
    ...(target.address === undefined ? {} : { address: target.address }),
    ...(target.port === undefined ? {} : { port: target.port }),
    ...(target.user === undefined ? {} : { user: target.user }),
    ...(target.password === undefined ? {} : { password: target.password }),
    macs: target.macs,
    ...more,
  };
  const found = await stat(program).catch(() => undefined);
  if (!found?.isFile()) throw notConfigured(target, `there is no program ${program}`);
  const ran = await runProgram(program, [action], io, {
    timeoutSeconds: timeout,
    package: program,
    input: `${JSON.stringify(input)}\n`,
  });
  if (ran.exitCode === 0) return ran.stdout.trim();
  if (ran.timedOut) throw unreachable(target, `${program} took longer than ${timeout} s`);
  const reason = redacted(target, ran.stderr.trim().split('\n').at(-1) ?? '');
  throw (codes[ran.exitCode] ?? failed)(target, reason || `${program} ended with ${ran.exitCode}`);
};

const alter =
  (action: string) =>
  async (target: PowerTarget, io: PowerIo): Promise<'sent' | 'proven'> =>
    (await run(target, action, io)) === 'proven' ? 'proven' : 'sent';

export const command: PowerDriver = {
  about: "an operator's own program",
  needs: 'options program, timeout; address, port, user and password are handed on',
  check: (target) => {
    readOptions(Options, target);
  },
  queue: ({ system, address, port }) =>
    address === undefined ? `command ${system}` : `bmc ${address} ${port ?? ''}`,
  acts: {
    status: async (target, io) => {
      const said = await run(target, 'status', io);
      if (said === 'on' || said === 'off' || said === 'unknown') return said;
      throw failed(
        target,
        `the program must print on, off or unknown, and printed "${redacted(target, said, 100)}"`,
      );
    },
    on: alter('on'),
    off: alter('off'),
    'soft-off': alter('soft-off'),
    reset: alter('reset'),
    cycle: alter('cycle'),
    'boot-device': async (target, boot, io) =>
      (await run(target, 'boot-device', io, { boot })) === 'proven' ? 'proven' : 'sent',
  },
};

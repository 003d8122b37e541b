/** BMCs over IPMI 2.0 (lanplus), by ipmitool. */
import { join } from 'node:path';
import { type BootChoice, ResoleError } from '@resole/protocol';
import { z } from 'zod';
import { packageRoot } from '../../package-root.ts';
import type { PowerDriver, PowerIo, PowerTarget } from '../driver.ts';
import { failed, notConfigured } from '../failures.ts';
import { need, number, readOptions, word } from '../options.ts';
import { type Ran, runProgram, withSecret } from '../program.ts';
import { ipmiFailure } from './failure.ts';

/** IPMI 2.0 allows no longer ones (specification, section 22.30). */
const MAX_PASSWORD_BYTES = 20;

/**
 * ipmitool's home folder: at each start it reads the names of all vendors (4 MB, ten times the work
 * of the question itself), unless there is a shorter list there, at
 * `.local/usr/share/misc/enterprise-numbers.txt` (ipmitool(1), FILES). Ours has one entry in IANA's
 * form, for an empty list is an error to it. It is no part of the bundle but read beside it, as all
 * assets are. Where it is missing, ipmitool is only slower.
 */
export const ipmitoolHome = join(packageRoot, 'assets/ipmitool');

const Options = z.strictObject({
  /** Default: the best that the BMC says it speaks. */
  cipherSuite: number(0, 17).optional(),
  privilege: z.enum(['CALLBACK', 'USER', 'OPERATOR', 'ADMINISTRATOR']).optional(),
  interface: z.enum(['lanplus', 'lan']).default('lanplus'),
  /** Seconds until a packet is sent again; each time one more. */
  packetSeconds: number(1, 60).default(1),
  packets: number(1, 10).default(2),
  /** Vendor's peculiarities, ipmitool(1) `-o`. */
  oem: word.optional(),
});

const read = (target: PowerTarget) => {
  const whole = need(target, 'address', 'password');
  if (Buffer.byteLength(whole.password) > MAX_PASSWORD_BYTES) {
    throw notConfigured(target, `an IPMI password has ${MAX_PASSWORD_BYTES} bytes at most`);
  }
  return { whole, options: readOptions(Options, target) };
};

/** The arguments of ipmitool up to its command. @param secret path of a file with the password. */
export const ipmitoolArguments = (target: PowerTarget, secret: string): string[] => {
  const { whole, options } = read(target);
  return [
    '-v',
    ...['-I', options.interface, '-H', whole.address],
    ...['-R', String(options.packets), '-N', String(options.packetSeconds)],
    ...(whole.port === undefined ? [] : ['-p', String(whole.port)]),
    ...(whole.user === undefined ? [] : ['-U', whole.user]),
    ...(options.privilege === undefined ? [] : ['-L', options.privilege]),
    ...(options.cipherSuite === undefined ? [] : ['-C', String(options.cipherSuite)]),
    ...(options.oem === undefined ? [] : ['-o', options.oem]),
    ...['-f', secret],
  ];
};

/** A session, an order and what `-v` asks besides, one after the other. */
const QUESTIONS = 11;

/** Seconds that one answer is waited for at most: each time a packet is sent again, one more. */
const patience = ({ packets, packetSeconds }: { packets: number; packetSeconds: number }) =>
  packets * packetSeconds + (packets * (packets - 1)) / 2;

const ipmitool = async (target: PowerTarget, command: string[], io: PowerIo): Promise<Ran> => {
  const { whole, options } = read(target);
  const timeoutSeconds = 20 + QUESTIONS * patience(options);
  const ran = await withSecret(whole.password, (secret) =>
    runProgram('ipmitool', [...ipmitoolArguments(target, secret), ...command], io, {
      timeoutSeconds,
      package: 'ipmitool',
      home: ipmitoolHome,
    }),
  );
  if (ran.exitCode !== 0) throw ipmiFailure(target, ran);
  return ran;
};

const chassis =
  (word: string) =>
  async (target: PowerTarget, io: PowerIo): Promise<'sent'> => {
    await ipmitool(target, ['chassis', 'power', word], io);
    return 'sent';
  };

/** Asks for the next boot's device. Refusals end with code 0: only the text tells. */
const bootDevice = async (target: PowerTarget, boot: BootChoice, io: PowerIo): Promise<'sent'> => {
  const options = [boot.efi && 'efiboot', boot.persistent && 'persistent'].filter(Boolean);
  const command = [
    'chassis',
    'bootdev',
    boot.device,
    ...(options.length === 0 ? [] : [`options=${options.join(',')}`]),
  ];
  const ran = await ipmitool(target, command, io);
  if (/Set Boot Device to /.test(ran.stdout) && !/Boot Parameter \d+ failed/.test(ran.stderr))
    return 'sent';
  throw ipmiFailure(target, ran);
};

/**
 * Set Session Privilege Level to OPERATOR, which alterations need (specification, 22.18 and appendix
 * G): it holds for this session alone.
 */
const probe = async (target: PowerTarget, io: PowerIo): Promise<void> => {
  try {
    await ipmitool(target, ['raw', '0x06', '0x3b', '0x03'], io);
  } catch (error) {
    // BMCs that refuse the question for another reason say nothing of the privilege.
    if (error instanceof ResoleError && error.code === 'power-no-privilege') throw error;
    io.signal.throwIfAborted();
  }
};

export const ipmi: PowerDriver = {
  about: 'BMCs over IPMI 2.0, by ipmitool',
  needs:
    'address, user, password; options cipherSuite, privilege, interface, packetSeconds, packets, oem',
  check: (target) => {
    read(target);
  },
  queue: ({ address, port }) => `bmc ${address} ${port ?? 623}`,
  probe,
  acts: {
    status: async (target, io) => {
      const { stdout } = await ipmitool(target, ['chassis', 'power', 'status'], io);
      const state = /Chassis Power is (on|off)/.exec(stdout)?.[1];
      if (state === 'on' || state === 'off') return state;
      throw failed(target, `ipmitool said ${JSON.stringify(stdout.trim().slice(0, 200))}`);
    },
    on: chassis('on'),
    off: chassis('off'),
    'soft-off': chassis('soft'),
    reset: chassis('reset'),
    cycle: chassis('cycle'),
    'boot-device': bootDevice,
  },
};

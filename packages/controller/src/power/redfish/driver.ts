/** BMCs over Redfish. */
import type { BootChoice } from '@resole/protocol';
import { z } from 'zod';
import type { PowerDriver, PowerIo, PowerTarget } from '../driver.ts';
import { failed, notConfigured, notSupported } from '../failures.ts';
import { flag, need, number, readOptions } from '../options.ts';
import type { Answer } from './answer.ts';
import { RedfishClient } from './client.ts';
import { bootTargets, Collection, ComputerSystem, Root, resetTypeOf } from './resources.ts';

const Options = z.strictObject({
  /** Path of the system, or its last part, where a service has more than one. */
  system: z.string().optional(),
  /** SHA-256 of the BMC's certificate, with or without colons. */
  certificate: z
    .string()
    .transform((text) => text.replaceAll(':', '').toLowerCase())
    .pipe(z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256: 64 hexadecimal digits'))
    .optional(),
  insecure: flag.default(false),
  timeout: number(1, 300).default(20),
});

const read = (target: PowerTarget) => {
  const whole = need(target, 'address', 'user', 'password');
  return { whole, options: readOptions(Options, target) };
};

const parsed = <Schema extends z.ZodType>(
  target: PowerTarget,
  schema: Schema,
  { body }: Answer,
): z.infer<Schema> => {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw failed(target, 'its answer is not Redfish');
};

interface Found {
  client: RedfishClient;
  system: ComputerSystem;
  etag: string | undefined;
}

/** Logs in, finds the system, does the work and logs out. */
const withSystem = async <Result>(
  target: PowerTarget,
  io: PowerIo,
  use: (found: Found) => Promise<Result>,
): Promise<Result> => {
  const { options } = read(target);
  const client = new RedfishClient(
    target,
    { ...options, timeoutSeconds: options.timeout },
    io.signal,
  );
  try {
    const root = parsed(target, Root, await client.get('/redfish/v1/'));
    await client.open(root.Links?.Sessions?.['@odata.id']);
    const members = parsed(target, Collection, await client.get(root.Systems['@odata.id'])).Members;
    const path = memberOf(
      target,
      members.map((member) => member['@odata.id']),
      options.system,
    );
    const answer = await client.get(path);
    const system = parsed(target, ComputerSystem, answer);
    return await use({ client, system, etag: answer.etag ?? system['@odata.etag'] });
  } finally {
    await client.close();
  }
};

const memberOf = (target: PowerTarget, paths: string[], wanted: string | undefined): string => {
  const found = paths.filter(
    (path) => wanted === undefined || path === wanted || path.split('/').at(-1) === wanted,
  );
  const [path] = found;
  if (path !== undefined && found.length === 1) return path;
  const names = paths.map((each) => each.split('/').at(-1)).join(', ');
  throw notConfigured(
    target,
    wanted === undefined
      ? `its BMC has ${paths.length} systems; say which: option system=… of ${names}`
      : `its BMC has no system ${wanted}: ${names}`,
  );
};

const alter =
  (action: 'on' | 'off' | 'soft-off' | 'reset' | 'cycle') =>
  (target: PowerTarget, io: PowerIo): Promise<'sent'> =>
    withSystem(target, io, async ({ client, system }) => {
      const reset = system.Actions?.['#ComputerSystem.Reset'];
      const allowed = reset?.['ResetType@Redfish.AllowableValues'];
      const type = resetTypeOf(action, allowed);
      if (reset === undefined || type === undefined) {
        throw notSupported(target, `its BMC allows ${allowed?.join(', ') ?? 'no reset'}`);
      }
      await client.send('POST', reset.target, { ResetType: type });
      return 'sent' as const;
    });

const bootDevice = (target: PowerTarget, boot: BootChoice, io: PowerIo): Promise<'proven'> =>
  withSystem(target, io, async ({ client, system, etag }) => {
    const wanted = bootTargets[boot.device];
    const allowed = system.Boot?.['BootSourceOverrideTarget@Redfish.AllowableValues'];
    if (allowed !== undefined && !allowed.includes(wanted)) {
      throw notSupported(target, `its BMC boots from ${allowed.join(', ')}`);
    }
    const Boot = {
      BootSourceOverrideTarget: wanted,
      BootSourceOverrideEnabled:
        boot.device === 'none' ? 'Disabled' : boot.persistent ? 'Continuous' : 'Once',
      // Some refuse a mode that they can't change, so it is only said where it is wanted.
      ...(boot.efi ? { BootSourceOverrideMode: 'UEFI' } : {}),
    };
    await client.send('PATCH', system['@odata.id'], { Boot }, etag);
    const after = parsed(target, ComputerSystem, await client.get(system['@odata.id']));
    const now = after.Boot?.BootSourceOverrideTarget ?? 'None';
    if (now !== wanted) throw failed(target, `it says that it boots from ${now}`);
    return 'proven' as const;
  });

/** Going up and going down are not there yet (Resource.PowerState). */
const states: Readonly<Record<string, 'on' | 'off'>> = {
  On: 'on',
  PoweringOff: 'on',
  Paused: 'on',
  Off: 'off',
  PoweringOn: 'off',
};

export const redfish: PowerDriver = {
  about: 'BMCs over Redfish (HTTPS)',
  needs:
    'address, user, password; options certificate (SHA-256 to pin) or insecure, system, timeout',
  check: (target) => {
    read(target);
  },
  queue: ({ address, port }) => `bmc ${address} ${port ?? 443}`,
  warnings: ({ options }) =>
    options.insecure === true || options.insecure === 'true'
      ? ["the BMC's certificate is not looked at: whoever answers at its address gets the password"]
      : [],
  acts: {
    status: (target, io) =>
      withSystem(target, io, async ({ system }) => states[system.PowerState ?? ''] ?? 'unknown'),
    on: alter('on'),
    off: alter('off'),
    'soft-off': alter('soft-off'),
    reset: alter('reset'),
    cycle: alter('cycle'),
    'boot-device': bootDevice,
  },
};

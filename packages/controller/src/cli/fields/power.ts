/** The flags of how a machine is switched on and off. */
import { type Options, PowerDriverName, type PowerInput } from '@resole/protocol';
import { type FieldFlag, type Flags, within } from './flag.ts';

/** `hasPassword` is the controller's to say. */
const inner: Flags<Omit<PowerInput, 'hasPassword'>> = {
  driver: [
    {
      flag: '--power-driver <driver>',
      kind: 'text',
      choices: PowerDriverName.options,
      help: 'kind of power management',
    },
  ],
  address: [
    { flag: '--power-address <host>', kind: 'text', help: 'host name or IP address of the BMC' },
  ],
  port: [{ flag: '--power-port <port>', kind: 'number', help: 'its port' }],
  user: [{ flag: '--power-user <user>', kind: 'text', help: 'user of the BMC' }],
  password: [
    {
      flag: '--power-password-file <file>',
      kind: 'line-of-file',
      help: 'file whose first line is the password; - for standard input, which asks at a terminal',
    },
  ],
  options: [
    {
      flag: '--power-option <key=value>',
      kind: 'variables',
      help: 'option of the driver; key:=value takes YAML (repeatable)',
    },
  ],
};

export const powerFlags: readonly FieldFlag[] = within(inner);

const policy: Flags<Pick<NonNullable<Options['powerPolicy']>, 'onStall'>> = {
  onStall: [
    {
      flag: '--power-on-stall <what>',
      kind: 'text',
      choices: ['wait', 'cycle'],
      help: 'an installer that stalls: wait for a person, or power-cycle the machine once',
    },
  ],
};

export const powerPolicyFlags: readonly FieldFlag[] = within(policy);

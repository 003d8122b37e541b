/** `resole power status|on|off|soft-off|reset|cycle|boot-device|last|test|detect`. */
import {
  type BootChoice,
  type PowerAction,
  PowerDriverName,
  type PowerRequest,
  type PowerResult,
} from '@resole/protocol';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CliContext } from '../context.ts';
import { examplesText } from '../noun.ts';
import { createProgress } from '../progress.ts';
import { openSession } from '../session.ts';
import { chosenSystems, confirmMany } from './choose.ts';
import { registerLast } from './last.ts';
import { registerDetect, registerTest } from './look.ts';
import { actOnPower } from './stream.ts';
import { columns, failureOf, outcomeText, summaryOf } from './view.ts';

interface Given {
  selector: string[];
  driver?: PowerDriverName;
  deadline?: number;
  yes?: boolean;
  efi?: boolean;
  persistent?: boolean;
}

interface Action {
  about: string;
  /** Asked for where many systems are meant: what runs on them is lost. */
  destructive?: boolean;
  examples: string[];
}

const actions: Readonly<Record<PowerAction, Action>> = {
  status: {
    about: 'ask whether systems are on',
    examples: [
      'resole power status web1 web2',
      'resole power status --selector profile=web --output json',
    ],
  },
  on: {
    about: 'switch systems on',
    examples: ['resole power on web1', 'resole power on web1 --driver wake-on-lan'],
  },
  off: {
    about: 'switch systems off at once, as if the plug were pulled',
    destructive: true,
    examples: ['resole power off web1', 'resole power off --selector "name=rack12-*" --yes'],
  },
  'soft-off': {
    about: 'ask the OS of systems to shut down, and see to it that it does',
    destructive: true,
    examples: [
      'resole power soft-off web1',
      'resole power soft-off web1 --driver agent --deadline 600',
    ],
  },
  reset: {
    about: 'press the reset button of systems that are on',
    destructive: true,
    examples: ['resole power reset web1'],
  },
  cycle: {
    about: 'switch systems off and on',
    destructive: true,
    examples: ['resole power cycle web1 --deadline 120'],
  },
  'boot-device': {
    about: 'say what systems boot from next: none, pxe, disk, cdrom, bios',
    examples: ['resole power boot-device pxe web1 --efi', 'resole power boot-device none web1'],
  },
};

const devices = ['none', 'pxe', 'disk', 'cdrom', 'bios'] as const;

export async function registerPowerGroup(command: Command, context: CliContext): Promise<void> {
  for (const [name, action] of Object.entries(actions)) {
    registerAction(command.command(name).description(action.about), name as PowerAction, context);
  }
  registerLast(command.command('last'), context);
  registerTest(command.command('test'), context);
  registerDetect(command.command('detect'), context);
}

const registerAction = (command: Command, action: PowerAction, context: CliContext): void => {
  const { destructive = false, examples } = actions[action];
  if (action === 'boot-device') command.argument('<device>', devices.join(', '));
  command
    .argument('[system...]', 'names, ids, host names, MACs or machine UUIDs')
    .addOption(
      new Option('--selector <field=value>', 'systems whose fields are so (repeatable)')
        .argParser((text, before: string[]) => [...before, text])
        .default([], 'none'),
    )
    .addOption(
      new Option('--driver <driver>', "in place of the systems' own").choices(
        PowerDriverName.options,
      ),
    )
    .option(
      '--deadline <seconds>',
      'how long it may take until it is seen to have happened',
      wholeNumber,
    );
  if (destructive) command.option('--yes', 'do not ask, however many they are');
  if (action === 'boot-device') {
    command.option('--efi', 'by UEFI').option('--persistent', 'each time, not only once');
  }
  command.addHelpText('after', examplesText(examples));
  command.action(async (...words: unknown[]) => {
    const device = action === 'boot-device' ? (words.shift() as string) : undefined;
    const [named, given] = words as [string[], Given];
    const session = await openSession(command, context);
    const systems = await chosenSystems(session, named, given.selector);
    if (destructive && systems.length > 1 && !given.yes)
      await confirmMany(context, action, systems);
    const request: PowerRequest = {
      action,
      systems,
      ...(given.driver === undefined ? {} : { driver: given.driver }),
      ...(given.deadline === undefined ? {} : { deadline: given.deadline }),
      ...(device === undefined ? {} : { boot: bootChoice(device, given) }),
    };
    const results: PowerResult[] = [];
    const progress = await createProgress(context.stderr);
    const told = (result: PowerResult) => {
      results.push(result);
      if (systems.length > 1 && context.stderr.isTTY) {
        const text = `${action} ${results.length}/${systems.length}, last ${result.name}: ${outcomeText(result)}`;
        progress.show(text.slice(0, 100), results.length / systems.length);
      }
    };
    try {
      await actOnPower(await session.access(), request, told, context.signal);
    } finally {
      progress.end();
    }
    results.sort((a, b) => (a.name < b.name ? -1 : 1));
    session.output.list(results, columns, 'no systems');
    if (session.output.format === 'table' && results.length > 1) {
      context.stderr.write(`${summaryOf(results)}\n`);
    }
    const failure = failureOf(results);
    if (failure !== undefined) throw failure;
  });
};

const bootChoice = (device: string, { efi, persistent }: Given): BootChoice => {
  const found = devices.find((each) => each === device);
  if (found === undefined) {
    throw new InvalidArgumentError(`the device is one of ${devices.join(', ')}`);
  }
  return { device: found, efi: efi === true, persistent: persistent === true };
};

const wholeNumber = (text: string): number => {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError('must be a whole number of seconds');
};

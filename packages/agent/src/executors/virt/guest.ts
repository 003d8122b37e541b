/** Step guest: one act on a guest, or a look at all of them. */
import { open } from 'node:fs/promises';
import { type Guest, ResoleError, type StepArguments } from '@resole/protocol';
import type { Executor, Outcome, StepContext } from '../../ports.ts';
import { at } from '../places.ts';
import { consoleLogOf } from './arguments.ts';
import { removeGuest } from './remove-guest.ts';
import { switchOn } from './switch-on.ts';
import { connectionOf, type GuestAt, guestsOf, stateOf, virsh } from './virsh.ts';

/** How much of a console is told, bytes from its end. */
const LOG_BYTES = 64 * 1024;
/** A guest that ignores its power button is left running, and the job says so. */
const SHUTDOWN_SECONDS = 120;
/**
 * When a container's init is asked by SIGTERM, too: libvirt 9.0 tells it by an initctl pipe alone, and
 * of success where there is none. systemd takes the pipe's word, and only reloads itself at SIGTERM.
 */
const SIGNAL_SECONDS = 5;

export const guest: Executor<'guest'> = {
  async execute(args, context): Promise<Outcome> {
    if (args.action === 'list') return { result: await listGuests(context) };
    const { uuid } = args;
    if (uuid === undefined)
      throw new ResoleError('invalid-input', `${args.action} of which guest?`);
    const connection = await connectionOf(context, uuid);
    const state = await stateOf(context, uuid, connection);
    if (args.action === 'undefine') {
      await removeGuest(context, uuid, connection);
      return 'removed with its disks';
    }
    if (state === undefined) {
      throw new ResoleError('not-found', 'there is no such guest on this host', {
        remedy: 'see `resole virt list`',
      });
    }
    return act(args.action, { uuid, connection }, state, context);
  },
  async undo() {},
};

const act = async (
  action: Exclude<StepArguments<'guest'>['action'], 'list' | 'undefine'>,
  guest: GuestAt,
  state: string,
  context: StepContext,
): Promise<Outcome> => {
  const { uuid, connection } = guest;
  const running = state !== 'shut off';
  const tell = (command: string) => virsh(context, [command, uuid], connection);
  switch (action) {
    case 'start':
      return switchOn(state, tell);
    case 'destroy':
      if (running) await tell('destroy');
      return running ? 'switched off' : 'is off already';
    case 'reset':
      await tell('reset');
      return 'reset';
    case 'shutdown':
      return running ? shutDown(guest, context) : 'is off already';
    case 'console-log':
      refuseContainer(guest);
      return { result: await tailOf(at(context, consoleLogOf({ uuid }))) };
  }
};

/** libvirt keeps what QEMU's and Xen's guests write, and has no such thing for containers. */
const refuseContainer = ({ uuid, connection }: GuestAt): void => {
  if (connection !== 'lxc:///system') return;
  throw new ResoleError('invalid-input', "a container's console is kept in no log", {
    remedy: `look at it on its host: virsh -c ${connection} console ${uuid}`,
  });
};

const shutDown = async ({ uuid, connection }: GuestAt, context: StepContext): Promise<string> => {
  const { clock, signal } = context;
  await virsh(context, ['shutdown', uuid], connection);
  for (let second = 0; second < SHUTDOWN_SECONDS; second += 1) {
    if ((await stateOf(context, uuid, connection)) === 'shut off') return 'is off';
    if (second === SIGNAL_SECONDS && connection === 'lxc:///system') {
      await virsh(context, ['shutdown', uuid, '--mode', 'signal'], connection);
    }
    await clock.sleep(1000, signal);
  }
  throw new ResoleError('deadline-passed', `the guest still runs after ${SHUTDOWN_SECONDS} s`, {
    remedy: 'it ignores its power button: resole virt destroy switches it off',
  });
};

const listGuests = async (context: StepContext): Promise<Guest[]> => {
  const guests = [...(await guestsOf(context))].flatMap(([connection, uuids]) =>
    uuids.map((uuid) => ({ uuid, connection })),
  );
  return Promise.all(guests.map((guest) => describe(guest, context)));
};

const describe = async ({ uuid, connection }: GuestAt, context: StepContext): Promise<Guest> => {
  const [info, interfaces] = await Promise.all([
    virsh(context, ['dominfo', uuid], connection),
    virsh(context, ['domiflist', uuid], connection),
  ]);
  const of = (key: string) => new RegExp(`^${key}:\\s*(.*)$`, 'm').exec(info)?.[1]?.trim() ?? '';
  return {
    name: of('Name'),
    uuid,
    state: of('State'),
    macs: interfaces.match(/([0-9a-f]{2}:){5}[0-9a-f]{2}/g) ?? [],
    memoryMiB: Math.round(Number.parseInt(of('Max memory'), 10) / 1024),
    cpus: Number(of('CPU\\(s\\)')),
    autostart: of('Autostart') === 'enable',
  };
};

const tailOf = async (path: string): Promise<string> => {
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) return '';
  try {
    const { size } = await file.stat();
    const from = Math.max(0, size - LOG_BYTES);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
    return buffer.subarray(0, bytesRead).toString('utf8');
  } finally {
    await file.close();
  }
};

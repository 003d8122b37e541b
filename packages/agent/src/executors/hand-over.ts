/** Step hand-over: the machine goes down. Only ever executed after the controller's yes. */
import { writeFile } from 'node:fs/promises';
import { ResoleError, type StepArguments } from '@resole/protocol';
import { z } from 'zod';
import { removeDurably } from '../files/durable.ts';
import type { Executor, StepContext, UndoContext } from '../ports.ts';
import { isLoaded, unload } from './arm-kexec.ts';
import { at, exists, isTaken, readNote, writeNote } from './places.ts';
import { startGuest } from './virt/start-guest.ts';

type Action = Exclude<StepArguments<'hand-over'>['action'], 'start-guest'>;

/** How long an orderly shutdown may take before it is forced, seconds. */
const ORDERLY_SECONDS = 90;
/** After a forced one the machine is surely down; if not, it never will be. */
const FORCED_SECONDS = 60;
const WATCHDOG_UNIT = 'resole-hand-over';

const Note = z.object({ noKexec: z.string().optional(), watchdog: z.boolean() });

export const handOver: Executor<'hand-over'> = {
  async execute({ action, force }, context) {
    if (action === 'start-guest') return startGuest(context);
    const { run, clock, signal, log } = context;
    if (action === 'kexec' && !(await isLoaded(context))) {
      throw new ResoleError('kexec-failed', 'the kernel that was loaded is gone', {
        remedy: 'something else has unloaded it; start the job again',
      });
    }
    const systemd = await exists(at(context, '/run/systemd/system'));
    if (action === 'reboot') await preventKexec(context, systemd);
    else await writeNote(context, 'hand-over', { watchdog: systemd });
    await startWatchdog(action, systemd, context);
    // systemd writes everything out on its way down, before and after it has ended all programs.
    if (!systemd) await flush(context);
    await firstThatWorks(waysDown(action, force, systemd), context);

    // Usually this process is ended while it waits.
    await clock.sleep(ORDERLY_SECONDS * 1000, signal);
    log('warn', `not down after ${ORDERLY_SECONDS} s: forcing it`);
    await flush(context);
    await run(...lastResort(action));
    await clock.sleep(FORCED_SECONDS * 1000, signal);
    throw new ResoleError('program-failed', 'the machine does not go down, not even by force');
  },

  async undo(context) {
    const note = Note.safeParse(await readNote(context, 'hand-over'));
    if (!note.success) return;
    const { noKexec, watchdog } = note.data;
    if (noKexec !== undefined) await removeDurably(noKexec);
    if (watchdog) {
      await context
        .run('systemctl', ['stop', `${WATCHDOG_UNIT}.service`])
        .catch(() => context.log('debug', 'the watchdog was gone already'));
    }
  },
};

/** Writes out what others have not; a disk that hangs must not keep the machine up. */
async function flush({ run, log }: StepContext): Promise<void> {
  await run('sync', [], { timeout: 30 }).catch((error) => log('warn', error.message));
}

type Command = [command: string, args: string[]];

/** Commands that take the machine down, the kindest first. */
function waysDown(action: Action, force: boolean, systemd: boolean): Command[] {
  const verb = { kexec: 'kexec', reboot: 'reboot', 'power-off': 'poweroff' }[action];
  const forced: Command = ['systemctl', [verb, '--force']];
  // -i: sessions and inhibitors of logged-in people don't hold an ordered job up.
  if (systemd) return force ? [forced] : [['systemctl', [verb, '-i']], forced];
  if (action === 'kexec') return [lastResort(action)];
  return force ? [lastResort(action)] : [[verb, []], lastResort(action)];
}

/** At once, past every service: reboot(2) with nothing stopped. */
function lastResort(action: Action): Command {
  if (action === 'kexec') return ['kexec', ['-e']];
  return [action === 'reboot' ? 'reboot' : 'poweroff', ['-f', '-f']];
}

async function firstThatWorks(commands: Command[], { run, log }: StepContext): Promise<void> {
  const said: string[] = [];
  for (const [command, args] of commands) {
    try {
      await run(command, args);
      return;
    } catch (error) {
      said.push(error instanceof Error ? error.message : String(error));
      log('warn', said.at(-1) ?? '');
    }
  }
  throw new ResoleError('program-failed', `nothing takes the machine down: ${said.join(' / ')}`);
}

/**
 * A reboot must reach the firmware. Debian's kexec-tools turn it into a kexec of the *old* kernel
 * where /etc/default/kexec says LOAD_KEXEC=true: at shutdown /etc/init.d/kexec-load loads it, unless
 * there is the file /no-kexec-reboot (its NOKEXECFILE), which it then removes; /etc/init.d/kexec, and
 * systemctl since version 254, then kexec into whatever is loaded. So: nothing stays loaded, and
 * the file is put there; whichever nobody removes is taken away when this OS comes back.
 */
async function preventKexec(context: StepContext, watchdog: boolean): Promise<void> {
  if (await isLoaded(context)) await unload(context.run);
  const path = at(context, '/no-kexec-reboot');
  const needed = (await exists(at(context, '/etc/init.d/kexec-load'))) && !(await isTaken(path));
  const earlier = Note.safeParse(await readNote(context, 'hand-over'));
  const noKexec = needed ? path : earlier.data?.noKexec;
  await writeNote(context, 'hand-over', { watchdog, ...(noKexec && { noKexec }) });
  if (needed) await writeFile(path, '', { mode: 0o600 });
}

/**
 * Forces the shutdown when it hangs and has already ended this process: a transient unit that no
 * shutdown stops (DefaultDependencies=no), or without systemd a process of its own session.
 */
async function startWatchdog(
  action: Action,
  systemd: boolean,
  { run, log }: UndoContext,
): Promise<void> {
  const script = 'sleep "$1"; shift; sync; exec "$@"';
  const [command, args] = lastResort(action);
  const shell = ['/bin/sh', '-c', script, 'sh', String(ORDERLY_SECONDS), command, ...args];
  const unit = [`--unit=${WATCHDOG_UNIT}`, '--property=DefaultDependencies=no', '--collect'];
  const [starter, starterArgs] = systemd
    ? (['systemd-run', ['--no-block', ...unit, ...shell]] as const)
    : (['setsid', ['--fork', ...shell]] as const);
  await run(starter, starterArgs).catch((error) =>
    log('warn', `no watchdog over the shutdown: ${error.message}`),
  );
}

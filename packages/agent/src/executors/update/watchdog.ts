/** Brings the old executable back when the new one has not said in time that it works. */
import { chmod, readFile, symlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ResoleError } from '@resole/protocol';
import { makeFolder, removeDurably, syncFolder, writeDurably } from '../../files/durable.ts';
import type { UndoContext } from '../../ports.ts';
import { at, exists } from '../places.ts';

const UNIT = 'resole-agent-update.service';

/**
 * A unit of its own on the disk, so that a machine that goes down between the swap and the new
 * version's word begins its next boot with it: the new version has its time then, and no more.
 */
const UNIT_FILE = `/etc/systemd/system/${UNIT}`;
const WANTED = `/etc/systemd/system/multi-user.target.wants/${UNIT}`;

/** The service of systemd that a process belongs to, by its control group. */
export const unitOf = async (context: UndoContext): Promise<string | undefined> => {
  const text = await readFile(at(context, '/proc/self/cgroup'), 'utf8').catch(() => '');
  return /\/([^/\n]+\.service)$/m.exec(text)?.[1];
};

/** A constant script; $1 seconds, $2 the old executable, $3 its place, $4 the agent's unit. */
const script = 'sleep "$1"; [ -e "$2" ] || exit 0; mv -f "$2" "$3"; systemctl restart "$4"';

/** For systemd `%` begins a specifier, `$` a variable, and a backslash an escape (systemd.service(5)). */
const noSpecifiers = (text: string) => text.replaceAll('%', '%%');
const quote = (word: string) =>
  `"${noSpecifiers(word).replaceAll('$', '$$$$').replaceAll(/["\\]/g, '\\$&')}"`;

interface Watch {
  path: string;
  old: string;
  deadlineSeconds: number;
}

const unitText = ({ path, old, deadlineSeconds }: Watch, unit: string): string => `[Unit]
Description=Brings the old Resole agent back unless the new one works in time
ConditionPathExists=${noSpecifiers(old)}

[Service]
Type=simple
ExecStart=/bin/sh -c ${[script, 'sh', String(deadlineSeconds), old, path, unit].map(quote).join(' ')}

[Install]
WantedBy=multi-user.target
`;

/** @throws ResoleError `file-unwritable` where units can't be kept. */
export const startWatchdog = async (watch: Watch, context: UndoContext): Promise<void> => {
  await stopWatchdog(context);
  const unit = (await unitOf(context)) ?? 'resole-agent.service';
  try {
    await makeFolder(dirname(at(context, WANTED)), 0o755);
    await writeDurably(at(context, UNIT_FILE), unitText(watch, unit));
    // Whatever the mask of this process: systemd complains of units that not everybody can read.
    await chmod(at(context, UNIT_FILE), 0o644);
    await symlink(`../${UNIT}`, at(context, WANTED));
    await syncFolder(dirname(at(context, WANTED)));
  } catch (cause) {
    throw new ResoleError('file-unwritable', `${UNIT_FILE} can't be written: ${String(cause)}`, {
      remedy: 'nothing would bring the old version back: install the new one as it was before',
      cause,
    });
  }
  await context.run('systemctl', ['daemon-reload']);
  await context.run('systemctl', ['start', UNIT]);
};

/** Also where none is running, and where an earlier version has started it for one boot only. */
export const stopWatchdog = async (context: UndoContext): Promise<void> => {
  const { run, log } = context;
  await run('systemctl', ['stop', UNIT]).catch(() => log('debug', 'no watchdog over an update'));
  const kept = await exists(at(context, UNIT_FILE));
  // The link first: with the file alone, no boot starts it.
  await removeDurably(at(context, WANTED));
  await removeDurably(at(context, UNIT_FILE));
  if (!kept) return;
  await run('systemctl', ['daemon-reload']).catch(() => log('debug', 'units were not read anew'));
};

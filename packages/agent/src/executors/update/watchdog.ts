/** Brings the old executable back when the new one has not said in time that it works. */
import { readFile } from 'node:fs/promises';
import type { UndoContext } from '../../ports.ts';
import { at } from '../places.ts';

const UNIT = 'resole-agent-update';

/** The service of systemd that a process belongs to, by its control group. */
export const unitOf = async (context: UndoContext): Promise<string | undefined> => {
  const text = await readFile(at(context, '/proc/self/cgroup'), 'utf8').catch(() => '');
  return /\/([^/\n]+\.service)$/m.exec(text)?.[1];
};

/** A constant script; $1 seconds, $2 the old executable, $3 its place, $4 the agent's unit. */
const script = 'sleep "$1"; [ -e "$2" ] || exit 0; mv -f "$2" "$3"; systemctl restart "$4"';

export const startWatchdog = async (
  { path, old, deadlineSeconds }: { path: string; old: string; deadlineSeconds: number },
  context: UndoContext,
): Promise<void> => {
  await stopWatchdog(context);
  const unit = (await unitOf(context)) ?? 'resole-agent.service';
  await context.run('systemd-run', [
    ...[`--unit=${UNIT}`, '--collect', '/bin/sh', '-c', script, 'sh'],
    ...[String(deadlineSeconds), old, path, unit],
  ]);
};

/** Also where none is running. */
export const stopWatchdog = async ({ run, log }: UndoContext): Promise<void> => {
  await run('systemctl', ['stop', `${UNIT}.service`]).catch(() =>
    log('debug', 'no watchdog over an update'),
  );
};

/** What libvirt tells of a guest by itself, as virsh(1) `event` prints it. */
import type { Follow } from '../../exec.ts';
import type { GuestAt } from './virsh.ts';

/** libvirt's events that say how an installation goes (virDomainEventType and its kin), in words. */
const meanings: readonly [RegExp, string][] = [
  [/'lifecycle' .*: Started /, 'guest started'],
  [/'lifecycle' .*: (Stopped Crashed|Stopped Failed|Crashed)/, 'guest crashed'],
  [/'lifecycle' .*: Stopped /, 'guest switched off'],
  [/'lifecycle' .*: Suspended I\/O/, 'guest paused: its disk has no room, or failed'],
  [/'lifecycle' .*: Suspended /, 'guest paused'],
  [/'reboot' /, 'guest restarted'],
  [/'watchdog' /, "guest's watchdog rang"],
];

/** @returns What a line of virsh means for an installation; nothing where it means nothing. */
export const guestEvent = (line: string): string | undefined =>
  meanings.find(([pattern]) => pattern.test(line))?.[1];

/** Tells of a guest until aborted, or until libvirt is gone. Never fails: it is only a look. */
export const watchGuest = (
  { uuid, connection }: GuestAt,
  follow: Follow,
  said: (event: string) => void,
  signal: AbortSignal,
): Promise<void> =>
  follow(
    'virsh',
    ['--quiet', '--connect', connection, 'event', '--domain', uuid, '--all', '--loop'],
    (line) => {
      const event = guestEvent(line);
      if (event !== undefined) said(event);
    },
    signal,
  ).catch(() => undefined);

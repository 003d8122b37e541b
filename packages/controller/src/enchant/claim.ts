/** One replacement of a server at a time: who is at work on it says so there. */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { setInterval } from 'node:timers/promises';
import { ResoleError } from '@resole/protocol';
import type { Connection } from './connection.ts';

/** A claim without a sign of life for so long is a dead run's; what that one left is taken over. */
const STALE_SECONDS = 60;
const SIGN_OF_LIFE_MS = 15_000;

/** Also the word for people: where the other one runs. */
export const newHolder = (): string =>
  `${hostname().replaceAll(/[^\w.-]/g, '_')}-${process.pid}-${randomBytes(4).toString('hex')}`;

/** Below /run, which no reboot survives, wherever the agent is to lie. Making a folder is atomic. */
const paths = `
lock=/run/resole-enchant.lock
folders='/var/lib/resole-enchant /run/resole-enchant'
holder() { cat "$lock/holder" 2>/dev/null || true; }
`;

/**
 * $1: whose claim, $2: seconds after which another's is stale. Two that find a stale one at once
 * both try to make \`takeover\`, and look again once they have it. Code 3 is a refusal, and its reason.
 */
const claimScript = `${paths}
set -eu
umask 077
age() { echo $(($(date +%s) - $(stat -c %Y "$lock/alive" 2>/dev/null || date +%s))); }
held() { echo "held $(holder) $(age)"; exit 3; }
if mkdir "$lock" 2>/dev/null || [ "$(holder)" = "$1" ]; then :
elif [ "$(age)" -lt "$2" ] || ! mkdir "$lock/takeover" 2>/dev/null; then held
elif [ "$(age)" -lt "$2" ]; then rmdir "$lock/takeover"; held
fi
printf %s "$1" >"$lock/holder"
touch "$lock/alive"
rm -rf "$lock/takeover"
for folder in $folders; do
  if [ -s "$folder/state/identity/agent.json" ]; then visitor=yes; fi
done
if [ -d /run/systemd/system ] && systemctl is-active --quiet resole-enchant 2>/dev/null; then
  visitor=yes
fi
[ -n "\${visitor-}" ] || exit 0
rm -rf "$lock"
echo visitor
exit 3
`;

/** $1: whose claim. */
const aliveScript = `${paths}
if [ "$(holder)" = "$1" ]; then touch "$lock/alive"; fi
`;

/** $1: whose claim; another's is not touched: it has taken over what there was of this run. */
export const onlyIfHeldScript = `${paths}
if [ -e "$lock" ] && [ "$(holder)" != "$1" ]; then exit 0; fi
`;

/** $3: whose claim, for scripts that change what another one may have taken over meanwhile. */
export const mustHoldScript = `${paths}
[ "$(holder)" = "$3" ] || { echo 'another enchant has taken it over' >&2; exit 4; }
`;

const releaseScript = `${onlyIfHeldScript}
rm -rf "$lock"
`;

/**
 * Makes the server this run's own, or says again that it is.
 * @throws ResoleError `host-in-use` where another run is at work, or the agent that one has brought.
 */
export const claim = async (connection: Connection, holder: string): Promise<void> => {
  const { exitCode, stdout, stderr } = await connection.run(claimScript, {
    args: [holder, String(STALE_SECONDS)],
  });
  if (exitCode === 0) return;
  const [what, other = '', age = ''] = stdout.trim().split(' ');
  if (what === 'held') {
    throw new ResoleError(
      'host-in-use',
      `another enchant works on ${connection.name}: ${other || 'it has just begun'}, last heard of ${age} s ago`,
      {
        remedy: `wait for it; where it is dead, try again when it was silent for ${STALE_SECONDS} s (rm -r /run/resole-enchant.lock there, if that does not help)`,
      },
    );
  }
  if (what === 'visitor') {
    throw new ResoleError(
      'host-in-use',
      `an agent that another enchant has brought is enrolled on ${connection.name}`,
      {
        remedy:
          'follow its job (resole job list): it goes by itself when that is over, or when none comes within 15 minutes; one that is dead for good goes by `systemctl disable --now resole-enchant; umount /run/resole-enchant; rm -rf /var/lib/resole-enchant /run/resole-enchant` there',
      },
    );
  }
  throw new ResoleError(
    'remote-failed',
    `taking hold of ${connection.name} failed: ${stderr.trim()}`,
  );
};

/** Gives signs of life until it is told to stop; it is done when the last one has ended. */
export const keepAlive = (connection: Connection, holder: string): (() => Promise<void>) => {
  const stop = new AbortController();
  const beating = (async () => {
    const beats = setInterval(SIGN_OF_LIFE_MS, undefined, { signal: stop.signal, ref: false });
    for await (const _ of beats) {
      // While the connection is away, others may think that this run is dead: rightly so.
      await connection.run(aliveScript, { args: [holder], timeoutSeconds: 30 }).catch(() => {});
    }
  })().catch(() => {});
  return () => {
    stop.abort();
    return beating;
  };
};

export const release = (connection: Connection, holder: string): Promise<string> =>
  connection.must('letting go of the server', releaseScript, { args: [holder], tidying: true });

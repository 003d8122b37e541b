/** What is done on the server, as constant scripts; $1 is the agent's folder there, unless said. */
import { mustHoldScript, onlyIfHeldScript } from './claim.ts';

const drop = `
drop() {
  if grep -q " $1 " /proc/mounts; then umount "$1" || umount -l "$1"; fi
  rm -rf "$1"
}
`;

/**
 * $2: `disk` or `memory`, $3: room in memory, $4: SHA-256 of the executable. What an earlier attempt
 * left of this very executable is used on: the copy goes on where it was. Anything else goes.
 */
export const prepareScript = `${drop}
set -eu
umask 077
for other in /var/lib/resole-enchant /run/resole-enchant; do
  [ "$other" = "$1" ] || drop "$other"
done
mkdir -p "$1"
if [ "$2" = memory ] && ! grep -q " $1 " /proc/mounts; then
  mount -t tmpfs -o mode=0700,size="$3" tmpfs "$1"
fi
if [ "$(cat "$1/wanted" 2>/dev/null)" != "$4" ]; then
  rm -f "$1/agent.gz"
  printf %s "$4" >"$1/wanted"
fi
# A copy of it: an earlier connection that hangs may yet write to the file that it has open.
if [ -e "$1/agent.gz" ]; then
  cp "$1/agent.gz" "$1/agent.gz.new"
  mv "$1/agent.gz.new" "$1/agent.gz"
fi
stat -c %s "$1/agent.gz" 2>/dev/null || echo 0
`;

/** Appends standard input from byte $2 on. */
export const receiveScript = `
set -eu
umask 077
truncate -s "$2" "$1/agent.gz"
cat >>"$1/agent.gz"
`;

/** $2: SHA-256 of the executable, $3: whose claim. */
export const unpackScript = `${mustHoldScript}
set -eu
umask 077
gzip -dc "$1/agent.gz" >"$1/resole-agent"
rm -f "$1/agent.gz"
sum=$(sha256sum <"$1/resole-agent")
if [ "\${sum%% *}" != "$2" ]; then
  rm -f "$1/resole-agent"
  echo 'the agent arrived damaged' >&2
  exit 1
fi
chmod 700 "$1/resole-agent"
`;

export const factsScript = `exec "$1/resole-agent" --config "$1/agent.yaml" facts`;

/** Standard input becomes agent.yaml. */
export const configureScript = `umask 077; cat >"$1/agent.yaml"`;

/** Standard input is the join token: it is never in a file. */
export const enrolScript = `
exec "$1/resole-agent" --config "$1/agent.yaml" enroll --token-file -
`;

/**
 * Starts the agent by systemd: for good where it lies on disk ($2), so that it can report and clean
 * up when the old OS comes back; until the next boot where it lies in memory.
 */
export const startScript = `
set -eu
if [ ! -d /run/systemd/system ]; then
  cd "$1"
  setsid ./resole-agent --config "$1/agent.yaml" run </dev/null >>log 2>&1 &
  echo $! >pid
  exit 0
fi
case $2 in
  disk) cat >/etc/systemd/system/resole-enchant.service; keep=enable ;;
  *) mkdir -p /run/systemd/system; cat >/run/systemd/system/resole-enchant.service; keep= ;;
esac
systemctl daemon-reload
[ -z "$keep" ] || systemctl enable --quiet resole-enchant
systemctl start resole-enchant
`;

/**
 * $1: whose claim. Leaves nothing of ours. The agent names itself anew when it runs, so without
 * systemd it is known by its number and where it is.
 */
export const removeScript = `${onlyIfHeldScript}${drop}
if [ -d /run/systemd/system ]; then
  systemctl disable --quiet --now resole-enchant 2>/dev/null || systemctl stop resole-enchant 2>/dev/null
  rm -f /etc/systemd/system/resole-enchant.service /run/systemd/system/resole-enchant.service
  systemctl daemon-reload
fi
for folder in $folders; do
  pid=$(cat "$folder/pid" 2>/dev/null)
  for try in 1 2 3 4 5 6 7 8 9 10; do
    [ -n "$pid" ] && [ "$(readlink "/proc/$pid/cwd")" = "$folder" ] || break
    kill "$pid" 2>/dev/null
    sleep 1
  done
  drop "$folder"
done
rm -rf "$lock"
exit 0
`;

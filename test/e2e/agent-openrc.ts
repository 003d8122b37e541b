import { chmod, copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { agentFolder } from '../support/artefacts.ts';
import { debianChroot } from '../support/chroot.ts';

/** What OpenRC's own `openrc` makes at boot. */
const booted = `
for folder in starting started stopping inactive wasinactive failed hotplugged daemons options \\
    exclusive scheduled tmp; do mkdir -p "/run/openrc/$folder"; done
echo default > /run/openrc/softlevel
`;

const script = `
set -e
${booted}
pids() { for exe in /proc/[0-9]*/exe; do [ "$(readlink "$exe")" != /usr/local/bin/resole-agent ] || echo "$exe"; done | grep -o '[0-9]*'; }
wait_for() { for _ in $(seq 100); do [ "$(pids | wc -l)" -eq "$1" ] && return; sleep 0.2; done; false; }
rc-update add resole-agent default
rc-service resole-agent status && exit 1
rc-service resole-agent start
wait_for 1
rc-service resole-agent status
kill -9 "$(pids)"
wait_for 0
wait_for 1
rc-service resole-agent restart
wait_for 1
rc-service resole-agent stop
wait_for 0
rc-service resole-agent status && exit 1
true
`;

/** The service for OpenRC, in Debian's: started, killed, back again, restarted, stopped. */
export const openRc = async (): Promise<string> => {
  const chroot = await debianChroot(['openrc']);
  try {
    const program = join(chroot.root, 'usr/local/bin/resole-agent');
    const service = join(chroot.root, 'etc/init.d/resole-agent');
    await copyFile(join(agentFolder, 'resole-agent-x86_64'), program);
    await copyFile(join(agentFolder, 'resole-agent.openrc'), service);
    for (const path of [program, service]) await chmod(path, 0o755);
    await chroot.run(script);
    return 'start, status, kill -9 and back, restart, stop';
  } finally {
    await chroot.remove();
  }
};

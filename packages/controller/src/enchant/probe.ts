/** What can be known of a server before anything is copied to it. */
import { ResoleError } from '@resole/protocol';

/** Prints `key=value` lines; changes nothing. Every program in it is in any Linux. */
export const probeScript = `
say() { printf '%s=%s\\n' "$1" "$2"; }
say arch "$(uname -m)"
say kernel "$(uname -sr)"
say hostname "$(hostname 2>/dev/null || cat /proc/sys/kernel/hostname)"
[ -r /etc/os-release ] && say os "$(. /etc/os-release && printf '%s' "$PRETTY_NAME")"
say available_kib "$(sed -n 's/^MemAvailable: *\\([0-9]*\\).*/\\1/p' /proc/meminfo)"
say memory_kib "$(sed -n 's/^MemTotal: *\\([0-9]*\\).*/\\1/p' /proc/meminfo)"
say disk_kib "$(df -Pk /var/lib 2>/dev/null | sed -n '2s/^.* \\([0-9][0-9]*\\)  *[0-9][0-9]*% .*$/\\1/p')"
left() { [ -e "$1" ] && du -sk "$1" 2>/dev/null | sed -n 's/^\\([0-9]*\\).*/\\1/p'; }
say left_on_disk_kib "$(left /var/lib/resole-enchant)"
say left_in_memory_kib "$(left /run/resole-enchant)"
[ -d /run/systemd/system ] && say systemd yes
state=$(sed -n 's/^stateDir: *//p' /etc/resole/agent.yaml 2>/dev/null | tr -d "\\"'")
identity=\${state:-/var/lib/resole}/identity/agent.json
[ -s "$identity" ] && say agent "$(sed -n 's/.*"systemName": *"\\([^"]*\\)".*/\\1/p' "$identity")"
command -v gzip >/dev/null && say gzip yes
command -v sha256sum >/dev/null && say sha256sum yes
getconf GNU_LIBC_VERSION 2>/dev/null | sed 's/^glibc /glibc=/'
exit 0
`;

export interface Probe {
  arch: 'x86_64' | 'aarch64';
  hostname: string;
  os: string;
  memoryBytes: number;
  /** Free in memory and below /var/lib; what an earlier enchant left there makes way. */
  availableBytes: number;
  diskBytes: number;
  systemd: boolean;
  /** An agent is enrolled on it already: the system that it is enrolled as, as far as it says. */
  agent?: string;
}

/** The oldest C library that the agent's executable runs with. */
const GLIBC = [2, 28] as const;

/** @throws ResoleError `host-unsupported` for a server that no agent can run on. */
export const readProbe = (text: string): Probe => {
  const values = new Map(
    text.split('\n').flatMap((line): [string, string][] => {
      const at = line.indexOf('=');
      return at < 1 ? [] : [[line.slice(0, at), line.slice(at + 1).trim()]];
    }),
  );
  const of = (key: string) => values.get(key) ?? '';
  const bytes = (key: string) => Number(of(key) || 0) * 1024;
  const refuse = (why: string, remedy: string) => {
    throw new ResoleError('host-unsupported', why, { remedy });
  };
  const arch = of('arch');
  if (!of('kernel').startsWith('Linux')) {
    refuse(
      `it runs ${of('kernel') || 'something unknown'}, not Linux`,
      'install it by other means',
    );
  }
  if (arch !== 'x86_64' && arch !== 'aarch64') {
    refuse(`there is no agent for ${arch}`, 'there is one for x86_64 and aarch64');
  }
  const [major = 0, minor = 0] = of('glibc').split('.').map(Number);
  if (major < GLIBC[0] || (major === GLIBC[0] && minor < GLIBC[1])) {
    const found = of('glibc') === '' ? 'no glibc' : `glibc ${of('glibc')}`;
    refuse(
      `it has ${found}, the agent needs ${GLIBC.join('.')}`,
      'boot a newer rescue system on it first',
    );
  }
  for (const program of ['gzip', 'sha256sum']) {
    if (of(program) !== 'yes') refuse(`it has no ${program}`, `install ${program} on it`);
  }
  return {
    arch: arch as Probe['arch'],
    hostname: of('hostname'),
    os: of('os') || of('kernel'),
    memoryBytes: bytes('memory_kib'),
    availableBytes: bytes('available_kib') + bytes('left_in_memory_kib'),
    diskBytes: bytes('disk_kib') + bytes('left_on_disk_kib'),
    systemd: of('systemd') === 'yes',
    ...(values.has('agent') ? { agent: of('agent') } : {}),
  };
};

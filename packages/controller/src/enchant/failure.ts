/** What OpenSSH's client says when it fails (ssh(1), sshconnect.c), as errors of ours. */
import { ResoleError } from '@resole/protocol';

/** ssh's own exit code for failures that are not the remote command's. */
export const SSH_FAILED = 255;

/** The last match of an expression's first group: what ssh did last is where it failed. */
const lastOf = (text: string, expression: RegExp): string | undefined =>
  [...text.matchAll(expression)].at(-1)?.[1];

/** The key that a server showed, as ssh's debugging output names it: `ssh-ed25519 SHA256:…`. */
export const shownHostKey = (stderr: string): string | undefined =>
  lastOf(stderr, /Server host key: (\S+ SHA256:\S+)/g);

/**
 * The jump host at which it ended, `host:port`: ssh's own connection is one to a program then, which
 * has no address (sshconnect.c), and the program is another ssh, with debugging output of its own.
 */
const jumpHost = (stderr: string): string | undefined =>
  /Connection closed by UNKNOWN port 65535/.test(stderr)
    ? lastOf(stderr, /Authenticating to (\S+) as /g)
    : undefined;

/** Lines that are not for people: ssh's debugging output. */
export const withoutDebug = (stderr: string): string =>
  stderr
    .split(/\r?\n/)
    .filter((line) => !/^(debug\d|OpenSSH_|Authenticated to|Transferred:|Bytes per)/.test(line))
    .join('\n')
    .trim();

/**
 * @param stderr of `ssh -v`.
 * @param wanted the fingerprint that the target's key was to have, where one was named.
 */
export const sshFailure = (target: string, stderr: string, wanted?: string): ResoleError => {
  const shown = shownHostKey(stderr);
  const text = withoutDebug(stderr);
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const last = lines.at(-1) ?? 'ssh failed';
  const jump = jumpHost(stderr);
  const who = jump === undefined ? target : `the jump host ${jump}`;
  const showing = shown ? `: ${shown}` : '';
  if (/REMOTE HOST IDENTIFICATION HAS CHANGED|Host key for .* has changed/.test(text)) {
    return new ResoleError(
      'host-key-changed',
      `${who} shows another host key than the one that is known${showing}`,
      {
        remedy:
          'find out why before anything else; only if the server was really rebuilt, remove the old key (ssh-keygen -R)',
      },
    );
  }
  if (/Host key verification failed|No \S+ host key is known/.test(text)) {
    if (wanted !== undefined && jump === undefined) {
      return new ResoleError(
        'host-key-unknown',
        `${who} has not the host key ${wanted}${showing}`,
        {
          remedy:
            "compare --host-key with what the server's console says: somebody may stand between",
        },
      );
    }
    const given = jump ? '' : `, or give --host-key ${shown?.split(' ')[1] ?? 'SHA256:…'}`;
    return new ResoleError('host-key-unknown', `the host key of ${who} is not known${showing}`, {
      remedy: `compare it with what the server's console says, then log in there once with ssh${given}`,
    });
  }
  const denied = lines.findLast((line) =>
    /Permission denied|Too many authentication failures/.test(line),
  );
  if (denied !== undefined) {
    return new ResoleError('ssh-denied', `${who} lets nobody in: ${denied}`, {
      remedy: 'check user, key (--identity) and ssh-agent: `ssh` by hand must work',
    });
  }
  return new ResoleError('unreachable', `no ssh connection to ${target}: ${last}`, {
    remedy: 'check the address, the port and the firewall: `ssh` by hand must work',
  });
};

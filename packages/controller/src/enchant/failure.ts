/** What OpenSSH's client says when it fails (ssh(1), sshconnect.c), as errors of ours. */
import { ResoleError } from '@resole/protocol';

/** ssh's own exit code for failures that are not the remote command's. */
export const SSH_FAILED = 255;

/** The key that the server showed, as ssh's debugging output names it: `ssh-ed25519 SHA256:…`. */
export const shownHostKey = (stderr: string): string | undefined =>
  /Server host key: (\S+ SHA256:\S+)/.exec(stderr)?.[1];

/** Lines that are not for people: ssh's debugging output. */
export const withoutDebug = (stderr: string): string =>
  stderr
    .split(/\r?\n/)
    .filter((line) => !/^(debug\d|OpenSSH_|Authenticated to|Transferred:|Bytes per)/.test(line))
    .join('\n')
    .trim();

/** @param stderr of `ssh -v`. */
export const sshFailure = (target: string, stderr: string): ResoleError => {
  const shown = shownHostKey(stderr);
  const text = withoutDebug(stderr);
  const last = text.split('\n').findLast((line) => line.trim() !== '') ?? 'ssh failed';
  if (/REMOTE HOST IDENTIFICATION HAS CHANGED|Host key for .* has changed/.test(text)) {
    return new ResoleError(
      'host-key-changed',
      `${target} shows another host key than the one that is known${shown ? `: ${shown}` : ''}`,
      {
        remedy:
          'find out why before anything else; only if the server was really rebuilt, remove the old key (ssh-keygen -R)',
      },
    );
  }
  if (/Host key verification failed|No \S+ host key is known/.test(text)) {
    return new ResoleError(
      'host-key-unknown',
      `the host key of ${target} is not known${shown ? `: ${shown}` : ''}`,
      {
        remedy: `compare it with what the server's console says, then log in once with ssh, or give --host-key ${shown?.split(' ')[1] ?? 'SHA256:…'}`,
      },
    );
  }
  if (/Permission denied|Too many authentication failures/.test(text)) {
    return new ResoleError('ssh-denied', `${target} lets nobody in: ${last}`, {
      remedy: 'check user, key (--identity) and ssh-agent: `ssh` by hand must work',
    });
  }
  return new ResoleError('unreachable', `no ssh connection to ${target}: ${last}`, {
    remedy: 'check the address, the port and the firewall: `ssh` by hand must work',
  });
};

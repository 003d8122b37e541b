/** What is made of a server's words: its state, the room on it, and why ssh failed. */
import { statfs } from 'node:fs/promises';
import { ResoleError } from '@resole/protocol';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { shownHostKey, sshFailure } from './failure.ts';
import { choosePlace } from './place.ts';
import { type Probe, probeScript, readProbe } from './probe.ts';
import { unitFor } from './visitor.ts';

const probed = `arch=x86_64
kernel=Linux 6.1.0
hostname=db1
os=Debian GNU/Linux 12 (bookworm)
available_kib=1500000
memory_kib=2000000
disk_kib=9000000
systemd=yes
gzip=yes
sha256sum=yes
glibc=2.36
`;
const codeOf = (attempt: () => unknown): string => {
  try {
    attempt();
  } catch (error) {
    if (error instanceof ResoleError) return error.code;
  }
  return 'none';
};

test('a probe of this very host, by dash and bash, can be read', async () => {
  for (const shell of ['dash', 'bash']) {
    const { stdout } = await execa(shell, ['-c', probeScript]);
    const { os, memoryBytes, diskBytes } = readProbe(stdout);
    expect(os).not.toBe('');
    expect(memoryBytes).toBeGreaterThan(2 ** 27);
    // Of the file system that /var/lib is on, as the kernel counts it.
    const { bavail, bsize } = await statfs('/var/lib');
    expect(Math.abs(diskBytes - bavail * bsize)).toBeLessThan(2 ** 28);
  }
});

test('an agent that is enrolled is seen, and what an earlier visit left makes way', () => {
  expect(readProbe(probed)).toMatchObject({ diskBytes: 9_000_000 * 1024 });
  expect(readProbe(probed).agent).toBe(undefined);
  expect(readProbe(`${probed}agent=\n`).agent).toBe('');
  const visited = `${probed}left_on_disk_kib=150000\nleft_in_memory_kib=7\nagent=db1\n`;
  expect(readProbe(visited)).toMatchObject({
    agent: 'db1',
    diskBytes: 9_150_000 * 1024,
    availableBytes: 1_500_007 * 1024,
  });
});

describe('a server that no agent runs on is refused', () => {
  test.each([
    ['kernel=Linux', 'kernel=FreeBSD'],
    ['arch=x86_64', 'arch=riscv64'],
    ['glibc=2.36', 'glibc=2.17'],
    ['glibc=2.36', ''],
    ['gzip=yes', ''],
  ])('%s → %s', (from, to) => {
    expect(codeOf(() => readProbe(probed.replace(from, to)))).toBe('host-unsupported');
  });
});

describe('the agent lies', () => {
  const agent = { packed: 42e6, unpacked: 111e6 };
  const probe = readProbe(probed);
  const with_ = (changes: Partial<Probe>) => ({ ...probe, ...changes });
  test('on disk where there is room', () => {
    expect(choosePlace(probe, agent)).toEqual({ kind: 'disk', folder: '/var/lib/resole-enchant' });
  });
  test.each([[{ diskBytes: 0 }], [{ systemd: false }]])('in memory: %o', (changes) => {
    expect(choosePlace(with_(changes), agent).kind).toBe('memory');
  });
  test('nowhere on a small server whose disk is full', () => {
    const small = with_({ diskBytes: 1e6, availableBytes: 380e6 });
    expect(codeOf(() => choosePlace(small, agent))).toBe('staging-space-too-small');
  });
});

describe('why ssh failed', () => {
  test.each([
    [
      'host-key-unknown',
      'debug1: Server host key: ssh-ed25519 SHA256:abc\r\nHost key verification failed.\r\n',
    ],
    [
      'host-key-changed',
      '@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.',
    ],
    ['ssh-denied', 'root@db1: Permission denied (publickey,password).\r\n'],
    ['unreachable', 'ssh: connect to host db1 port 22: Connection refused\r\n'],
    ['unreachable', 'debug1: nothing else\n'],
  ])('%s', (code, stderr) => {
    expect(sshFailure('root@db1', stderr).code).toBe(code);
  });
  test('the key that was shown is told', () => {
    const stderr = 'debug1: Server host key: ssh-ed25519 SHA256:abc\nHost key verification failed.';
    expect(shownHostKey(stderr)).toBe('ssh-ed25519 SHA256:abc');
    expect(sshFailure('db1', stderr).remedy).toContain('--host-key SHA256:abc');
  });
});

/** Of `ssh -v -J root@db0:2222 db1`, by OpenSSH 9.2, with what went wrong at the jump host. */
const throughJump = (wrong: string) => `debug1: Authenticating to db0:2222 as 'root'
debug1: Server host key: ssh-ed25519 SHA256:jumps
${wrong}
kex_exchange_identification: Connection closed by remote host\r
Connection closed by UNKNOWN port 65535\r
`;

test('what went wrong at the jump host is said of the jump host', () => {
  const failed = (wrong: string) => {
    const { code, message, remedy } = sshFailure('root@db1', throughJump(wrong), 'SHA256:targets');
    return [code, message, remedy?.includes('--host-key')];
  };
  expect([
    failed('Host key verification failed.\r'),
    failed('Host key for [db0]:2222 has changed and you have requested strict checking.\r'),
    failed('root@db0: Permission denied (publickey).\r'),
  ]).toEqual([
    [
      'host-key-unknown',
      'the host key of the jump host db0:2222 is not known: ssh-ed25519 SHA256:jumps',
      false,
    ],
    [
      'host-key-changed',
      'the jump host db0:2222 shows another host key than the one that is known: ssh-ed25519 SHA256:jumps',
      false,
    ],
    [
      'ssh-denied',
      'the jump host db0:2222 lets nobody in: root@db0: Permission denied (publickey).',
      false,
    ],
  ]);
});

test('behind a jump host that is known, the target is meant, and its own key is told', () => {
  const stderr = `debug1: Authenticating to db0:2222 as 'root'
debug1: Server host key: ssh-ed25519 SHA256:jumps
debug1: Authenticating to db1:22 as 'root'
debug1: Server host key: ssh-ed25519 SHA256:targets
Host key verification failed.\r
`;
  expect(sshFailure('root@db1', stderr).message).toBe(
    'the host key of root@db1 is not known: ssh-ed25519 SHA256:targets',
  );
  expect(sshFailure('root@db1', stderr, 'SHA256:wanted').message).toBe(
    'root@db1 has not the host key SHA256:wanted: ssh-ed25519 SHA256:targets',
  );
});

test('the unit of a visitor', () => {
  const unit =
    '[Unit]\nDescription=Resole agent\n\n[Service]\nExecStart=/usr/local/bin/resole-agent run\nRestart=always\n\n[Install]\nWantedBy=multi-user.target\n';
  expect(unitFor(unit, { kind: 'memory', folder: '/run/resole-enchant' })).toBe(
    '[Unit]\nDescription=Resole agent, for one job\n\n[Service]\nExecStart=/run/resole-enchant/resole-agent --config /run/resole-enchant/agent.yaml run\nRestart=on-failure\n\n',
  );
  expect(unitFor(unit, { kind: 'disk', folder: '/x' })).toContain('WantedBy=multi-user.target');
});

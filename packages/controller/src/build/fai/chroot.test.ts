import { readFile } from 'node:fs/promises';
import { describe, expect, test, vi } from 'vitest';
import { runInRoot } from './chroot.ts';

const mounts = () => readFile('/proc/self/mountinfo', 'utf8');

// Namespaces and mounts are root's.
describe.skipIf(process.getuid?.() !== 0)('as root', () => {
  test('runs in namespaces of its own and tells what failed', async () => {
    const before = await mounts();
    expect(
      await runInRoot('/', 'sh', ['-c', 'mount -t tmpfs x /mnt && echo "$1"', '-', 'a b']),
    ).toBe('a b');
    await expect(runInRoot('/', 'sh', ['-c', 'echo no space >&2; exit 3'])).rejects.toMatchObject({
      code: 'build-failed',
      message: expect.stringContaining('ended with code 3\nno space'),
    });
    expect(await mounts()).toBe(before);
  });

  test('programs inside have a temporary folder, wherever the caller has its own', async () => {
    vi.stubEnv('TMPDIR', '/nowhere');
    try {
      expect(await runInRoot('/', 'mktemp', ['-u'])).toMatch(/^\/tmp\//);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  test('an abort ends all of its processes at once', async () => {
    const name = `${process.pid}.25`;
    const started = performance.now();
    const run = runInRoot('/', 'sh', ['-c', `trap '' TERM; sleep ${name} & sleep ${name}`], {
      signal: AbortSignal.timeout(1000),
    });
    await expect(run).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

#!/usr/bin/env node
/** The only reader of argv, environment and signals. */
import { enableCompileCache } from 'node:module';
import { homedir, hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';

// Halves the start. In the user's own folder: what lies in a shared one could be put there by others.
enableCompileCache(join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'resole'));

/** Addresses that others can reach: no loopback, no link-local ones; IPv4 first. */
const addresses = (): string[] =>
  Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ internal, address }) => !internal && !/^(fe80:|169\.254\.)/i.test(address))
    .sort((a, b) => a.family.localeCompare(b.family))
    .map(({ address }) => address);

// `resole … | head` is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});
// Nobody reads the log any more: no reason for a controller to end.
process.stderr.on('error', () => {});

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // A second one doesn't wait for a clean end.
    if (stop.signal.aborted) process.exit(130);
    stop.abort(new DOMException(signal, 'AbortError'));
  });
}

const { run } = await import('./cli/run.ts');
process.exitCode = await run(process.argv.slice(2), {
  host: {
    hostname: hostname(),
    addresses: addresses(),
    uid: process.getuid?.() ?? 0,
    home: homedir(),
    env: process.env,
  },
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  cwd: process.cwd(),
  signal: stop.signal,
});

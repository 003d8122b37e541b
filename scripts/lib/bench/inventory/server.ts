import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { repository } from '../../../../test/support/cache.ts';

const node = join(repository, 'node_modules/.bin/node');
export const controllerProgram = join(repository, 'packages/controller/dist/resole.js');

/** A server that was started, as a process of its own. */
export interface Server {
  /** Milliseconds from the start until it listened. */
  startMs: number;
  /** Resident memory now, MiB. */
  rssMiB(): number;
  stop(): Promise<void>;
}

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

/** Runs a program of Node until it listens on the port. */
export const startServer = async (
  args: readonly string[],
  port: number,
  logFile: string,
): Promise<Server> => {
  const log = openSync(logFile, 'a');
  const start = performance.now();
  const child: ChildProcess = spawn(node, args, { stdio: ['ignore', log, log] });
  closeSync(log);
  const exit = once(child, 'exit');
  while (!(await listens(port))) {
    if (child.exitCode !== null) {
      throw new Error(`${args[0]} ended: ${readFileSync(logFile, 'utf8').slice(-2000)}`);
    }
    await sleep(3);
  }
  const startMs = performance.now() - start;
  return {
    startMs,
    rssMiB: () => {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await exit;
    },
  };
};

/** A controller on a data folder, on ports of loopback. */
export const startController = (
  dataDir: string,
  ports: { api: number; provision: number },
): Promise<Server> => {
  const listening = (['api', 'provision'] as const).flatMap((side) => [
    `--${side}-listen`,
    '127.0.0.1',
    `--${side}-port`,
    String(ports[side]),
  ]);
  const args = [controllerProgram, 'serve', '--data-dir', dataDir, ...listening];
  return startServer(args, ports.api, join(dataDir, 'controller.log'));
};

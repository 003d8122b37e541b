import { execa } from 'execa';

/**
 * QEMU in a process group of its own, so that Ctrl-C doesn't reach it before we end it; unless it
 * may outlive us, the kernel ends it when this process dies, however it dies.
 */
export function spawnQemu(args: string[], outlive: boolean) {
  const command = ['qemu-system-x86_64', ...args];
  const [program = '', ...rest] = outlive
    ? command
    : ['setpriv', '--pdeathsig', 'TERM', ...command];
  return execa(program, rest, {
    reject: false,
    detached: true,
    cleanup: false,
    stdin: 'ignore',
    stdout: 'ignore',
  });
}

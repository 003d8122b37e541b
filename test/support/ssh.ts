/** Commands in a guest, through OpenSSH's own client. */
import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { whileServing } from './serve-file.ts';
import { guestNetwork } from './vm.ts';

export interface Guest {
  /** Default: this machine, one of whose ports leads to the guest's sshd. */
  host?: string;
  port: number;
  /** File with the private key. */
  key: string;
}

export interface RunOptions {
  input?: string;
  timeoutSeconds?: number;
}

export interface RunResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Machines come and go on these ports, so host keys mean nothing here. */
const options = ({ key }: Guest) => [
  ...['-i', key, '-o', 'IdentitiesOnly=yes', '-o', 'BatchMode=yes', '-o', 'LogLevel=ERROR'],
  ...['-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null'],
  ...['-o', 'ConnectTimeout=20', '-o', 'ServerAliveInterval=5', '-o', 'ServerAliveCountMax=6'],
  // The cheapest exchange for a guest in emulation.
  ...['-o', 'KexAlgorithms=curve25519-sha256', '-F', '/dev/null'],
];

/** Where ssh finds it. */
const place = ({ host = '127.0.0.1', port }: Guest) => ['-p', String(port), `root@${host}`];

/** Runs a program as root in the guest and returns how it ended, whatever that was. */
export async function tryRun(
  guest: Guest,
  command: readonly string[],
  { input, timeoutSeconds = 120 }: RunOptions = {},
): Promise<RunResult> {
  const remote = command.map(quote).join(' ');
  const result = await execa('ssh', [...options(guest), ...place(guest), remote], {
    reject: false,
    timeout: timeoutSeconds * 1000,
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
  });
  const { exitCode = 255, stdout, stderr } = result;
  return { exitCode, stdout, stderr: stderr || (result.shortMessage ?? '') };
}

/** Runs a program as root in the guest and returns its standard output; fails when it fails. */
export async function run(
  guest: Guest,
  command: readonly string[],
  options?: RunOptions,
): Promise<string> {
  const { exitCode, stdout, stderr } = await tryRun(guest, command, options);
  if (exitCode === 0) return stdout;
  throw new Error(`in the guest: ${command.join(' ')}: code ${exitCode}\n${stdout}\n${stderr}`);
}

/** Runs lines of sh in the guest; stops at the first that fails. Arguments become $1, $2 … */
export async function runScript(
  guest: Guest,
  script: string,
  args: readonly string[] = [],
  options: Omit<RunOptions, 'input'> = {},
): Promise<string> {
  return await run(guest, ['sh', '-eus', '--', ...args], { ...options, input: script });
}

/**
 * Copies a file of this host to the guest, with its mode; replaces what is there in one moment, also
 * a program that is running. By HTTP, since ssh encrypts at a few MB/s in emulation: the guest needs
 * curl and zstd.
 */
export async function copyTo(guest: Guest, local: string, remote: string): Promise<void> {
  const { size, mode } = await stat(local);
  const script = `curl -sSf "$1" | zstd -dqfo "$2.part"
test "$(stat -c %s "$2.part")" = "$3"
chmod "$4" "$2.part"
mv "$2.part" "$2"
`;
  await whileServing(local, async (port) => {
    const url = `http://${guestNetwork.host}:${port}/`;
    const args = [url, remote, String(size), (mode & 0o777).toString(8)];
    await runScript(guest, script, args, { timeoutSeconds: 300 });
  });
}

/** Waits until the guest's sshd lets us in. */
export async function waitForSsh(guest: Guest, timeoutSeconds: number): Promise<void> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  for (;;) {
    const { exitCode, stderr } = await tryRun(guest, ['true'], { timeoutSeconds: 30 });
    if (exitCode === 0) return;
    if (Date.now() > deadline) {
      throw new Error(`no ssh on port ${guest.port} within ${timeoutSeconds} s: ${stderr}`);
    }
    await sleep(500);
  }
}

/** One word for a POSIX shell. */
const quote = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;

export interface ShellSession {
  /** Hands lines to the shell that waits at the other end. */
  send(script: string): void;
  close(): void;
}

/** Logs in and leaves a shell waiting, so that what is sent later starts at once. */
export async function openSession(guest: Guest): Promise<ShellSession> {
  const target = [...place(guest), 'echo ready; exec sh -e'];
  const child = execa('ssh', [...options(guest), ...target], { reject: false, buffer: false });
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    void child.then(() => reject(new Error('ssh ended before the shell was there')));
  });
  return {
    send: (script) => void child.stdin.end(script),
    close: () => void child.kill(),
  };
}

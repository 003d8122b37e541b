import { spawn } from 'node:child_process';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { ResoleError } from '@resole/protocol';
import { execa } from 'execa';
import { SSH_FAILED, sshFailure, withoutDebug } from './failure.ts';
import { preamble, remoteCommand } from './remote.ts';
import { type Target, targetText } from './target.ts';

export interface ConnectionOptions {
  target: Target;
  /** As OpenSSH's own flags: -i, -J, -F. */
  identity?: string | undefined;
  jump?: string | undefined;
  config?: string | undefined;
  /** Fingerprint that the host key must have, whatever is in known_hosts: `SHA256:…`. */
  hostKey?: string | undefined;
  /** Whether ssh may ask a person (passphrase, password, host key); else it fails. */
  interactive: boolean;
  sudoPassword?: string | undefined;
  signal: AbortSignal;
}

/** How a command at the other end went. */
export interface Outcome {
  exitCode: number;
  stdout: string;
  stderr: string;
}

export interface CommandOptions {
  args?: readonly string[];
  /** What the script reads: text, or a file's bytes. */
  input?: string | Readable;
  timeoutSeconds?: number;
  /** Tidying up: done also when everything else was told to stop. */
  tidying?: boolean;
}

/**
 * One ssh connection, by OpenSSH's own client with its configuration, agent, known hosts and jump
 * hosts. Its master process authenticates once; every command goes through it.
 */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #folder: string;
  #sudo: Parameters<typeof remoteCommand>[2] = 'no';

  private constructor(options: ConnectionOptions, folder: string) {
    this.#options = options;
    this.#folder = folder;
  }

  /** @throws ResoleError `host-key-unknown`, `host-key-changed`, `ssh-denied`, `unreachable` */
  static async open(options: ConnectionOptions): Promise<Connection> {
    const folder = await mkdtemp(join(tmpdir(), 'resole-ssh-'));
    const connection = new Connection(options, folder);
    try {
      await connection.connect();
      await connection.#lookForRoot();
      return connection;
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  get name(): string {
    return targetText(this.#options.target);
  }

  /**
   * Starts the master anew: at first, and after the connection was lost.
   * @param tidying also when everything else was told to stop
   */
  async connect({ tidying = false } = {}): Promise<void> {
    const { interactive } = this.#options;
    const signal = tidying ? new AbortController().signal : this.#options.signal;
    await this.#exit();
    const flags = await this.#flags();
    // The master that goes to the background keeps its standard error: a pipe would never end.
    const log = await open(join(this.#folder, 'log'), 'w', 0o600);
    const child = spawn(
      'ssh',
      // -v, for the fingerprint of a key that is refused.
      ['-v', ...flags, '-f', '-N', '-M', '-o', 'ControlPersist=no', ...this.#where()],
      {
        stdio: [interactive ? 'inherit' : 'ignore', 'ignore', log.fd],
        signal,
        // Away from the terminal, where a jump host's ssh, which has none of these flags, would ask.
        detached: !interactive,
      },
    );
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('error', (cause) => reject(noSsh(cause)));
      child.once('exit', resolve);
    }).finally(() => log.close());
    signal.throwIfAborted();
    if (exitCode !== 0) throw sshFailure(this.name, await this.#log(), this.#options.hostKey);
  }

  /**
   * Runs a constant script of POSIX sh as root.
   * @throws ResoleError `connection-lost`; a script's own failure is an outcome.
   */
  async run(script: string, options: CommandOptions = {}): Promise<Outcome> {
    return this.#execute(remoteCommand(script, options.args ?? [], this.#sudo), options);
  }

  /** As `run`, for scripts that must succeed. @throws ResoleError `remote-failed` */
  async must(what: string, script: string, options: CommandOptions = {}): Promise<string> {
    const { exitCode, stdout, stderr } = await this.run(script, options);
    if (exitCode === 0) return stdout;
    throw new ResoleError('remote-failed', `${what} failed on ${this.name}: ${stderr.trim()}`);
  }

  async close(): Promise<void> {
    await this.#exit();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #execute(command: string, options: CommandOptions): Promise<Outcome> {
    const { input = '', timeoutSeconds = 120, tidying = false } = options;
    const signal = tidying ? new AbortController().signal : this.#options.signal;
    const child = execa(
      'ssh',
      [...(await this.#flags()), '-o', 'BatchMode=yes', ...this.#where(), command],
      {
        reject: false,
        stdin: 'pipe',
        cancelSignal: signal,
        timeout: timeoutSeconds * 1000,
        stripFinalNewline: false,
      },
    );
    // A remote end that stops reading shows in the exit code.
    child.stdin.on('error', () => undefined);
    child.stdin.write(
      preamble(this.#sudo === 'with-password' ? this.#options.sudoPassword : undefined),
    );
    if (typeof input === 'string') child.stdin.end(input);
    else input.on('error', (error) => child.stdin.destroy(error)).pipe(child.stdin);
    const result = await child;
    signal.throwIfAborted();
    const { exitCode, stdout, stderr } = result;
    if (exitCode === undefined || exitCode === SSH_FAILED) {
      throw new ResoleError(
        'connection-lost',
        `the ssh connection to ${this.name} was lost: ${result.timedOut ? `no end within ${timeoutSeconds} s` : withoutDebug(stderr)}`,
      );
    }
    return { exitCode, stdout, stderr };
  }

  /** Root itself, or by sudo. @throws ResoleError `sudo-denied` */
  async #lookForRoot(): Promise<void> {
    const { stdout } = await this.#execute(remoteCommand('id -u', [], 'no'), {});
    if (stdout.trim() === '0') return;
    this.#sudo = this.#options.sudoPassword === undefined ? 'without-password' : 'with-password';
    const { exitCode, stderr } = await this.#execute(remoteCommand('id -u', [], this.#sudo), {
      timeoutSeconds: 30,
    });
    if (exitCode === 0) return;
    throw new ResoleError('sudo-denied', `sudo on ${this.name} says: ${lastLine(stderr)}`, {
      remedy:
        this.#options.sudoPassword === undefined
          ? 'log in as root, or give the password: --ask-sudo-password'
          : 'the password is wrong, or the user may not use sudo',
    });
  }

  #where(): string[] {
    const { host, user, port } = this.#options.target;
    return [
      ...(user === undefined ? [] : ['-l', user]),
      ...(port === undefined ? [] : ['-p', String(port)]),
      '--',
      host,
    ];
  }

  async #flags(): Promise<string[]> {
    const { identity, jump, config, hostKey, interactive } = this.#options;
    return [
      ...['-o', `ControlPath=${join(this.#folder, 'master')}`, '-T'],
      ...['-o', 'ServerAliveInterval=10', '-o', 'ServerAliveCountMax=3', '-o', 'ConnectTimeout=30'],
      // A person who has named the key is not asked whether another one is right too.
      ...['-o', `StrictHostKeyChecking=${interactive && hostKey === undefined ? 'ask' : 'yes'}`],
      ...(interactive ? [] : ['-o', 'NumberOfPasswordPrompts=1']),
      ...(config === undefined ? [] : ['-F', config]),
      ...(identity === undefined ? [] : ['-i', identity, '-o', 'IdentitiesOnly=yes']),
      ...(jump === undefined ? [] : ['-J', jump]),
      ...(hostKey === undefined ? [] : await this.#knownHost(hostKey)),
    ];
  }

  /**
   * ssh asks this program for known hosts (ssh_config(5), KnownHostsCommand): one key is, and no
   * other. Of what known_hosts says and what the program says, one match would be enough for ssh.
   */
  async #knownHost(fingerprint: string): Promise<string[]> {
    const path = join(this.#folder, 'known-host');
    const script = `#!/bin/sh\n[ "$2" = "$1" ] && echo "$3 $4 $5"\nexit 0\n`;
    await writeFile(path, script, { mode: 0o700 });
    return [
      ...['-o', 'UserKnownHostsFile=/dev/null', '-o', 'GlobalKnownHostsFile=/dev/null'],
      ...['-o', 'VerifyHostKeyDNS=no'],
      ...['-o', `KnownHostsCommand=${path} ${fingerprint} %f %H %t %K`],
    ];
  }

  async #exit(): Promise<void> {
    await execa('ssh', [...(await this.#flags()), '-O', 'exit', ...this.#where()], {
      reject: false,
      stdio: 'ignore',
    });
  }

  async #log(): Promise<string> {
    return readFile(join(this.#folder, 'log'), 'utf8').catch(() => '');
  }
}

const noSsh = (cause: Error & { code?: string }): Error =>
  cause.code === 'ENOENT'
    ? new ResoleError('program-missing', 'there is no ssh on this host', {
        remedy: 'install OpenSSH’s client: openssh-client',
      })
    : cause;

const lastLine = (text: string): string =>
  text
    .split('\n')
    .findLast((line) => line.trim() !== '')
    ?.trim() ?? 'nothing';

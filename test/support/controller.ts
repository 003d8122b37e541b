/** A real controller: the bundled `resole serve`, as a process of its own, and its CLI. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { accessOf, clientSettings } from '../../packages/controller/src/cli/access.ts';
import { createClient } from '../../packages/controller/src/cli/client.ts';
import { repository } from './cache.ts';
import { freePort } from './ports.ts';
import { guestNetwork } from './vm.ts';

const node = join(repository, 'node_modules/.bin/node');
const bundle = join(repository, 'packages/controller/dist/resole.js');

export interface ControllerOptions {
  dataDir: string;
  /** What `scripts/package-agent` made. */
  agentDir: string;
  logFile: string;
  /** Default: loopback. Another one only in a network namespace of the test's own. */
  listen?: string;
  /** Goes on when this process ends; `stop` ends it all the same. */
  outlive?: boolean;
  /** Told as soon as its process is there, long before it answers. */
  spawned?: (controller: ControllerProcess) => void;
}

/** Listens on loopback, which guests reach as 10.0.2.2; ports and keys stay over restarts. */
export class ControllerProcess {
  readonly options: ControllerOptions;
  readonly apiPort: number;
  readonly provisionPort: number;
  #process: ChildProcess | undefined;

  private constructor(options: ControllerOptions, apiPort: number, provisionPort: number) {
    this.options = options;
    this.apiPort = apiPort;
    this.provisionPort = provisionPort;
  }

  static async start(options: ControllerOptions): Promise<ControllerProcess> {
    const controller = new ControllerProcess(options, await freePort(), await freePort());
    await controller.start();
    return controller;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Lets this process end while the controller goes on. */
  release(): void {
    this.#process?.unref();
  }

  /** The words before a command of the CLI, for people to type. */
  get commandPrefix(): string {
    return `scripts/resole --data-dir ${this.options.dataDir}`;
  }

  /** Runs the CLI on this process's own terminal. @returns its exit code */
  async show(args: readonly string[]): Promise<number> {
    const all = [bundle, ...args, '--data-dir', this.options.dataDir];
    const { exitCode } = await execa(node, all, {
      stdio: ['ignore', 'inherit', 'inherit'],
      reject: false,
    });
    return exitCode ?? 1;
  }

  /** Where guests find the API. */
  get guestUrl(): string {
    return `https://${guestNetwork.host}:${this.apiPort}`;
  }

  async start(): Promise<void> {
    const { listen = '127.0.0.1' } = this.options;
    const flags = [
      ...['--data-dir', this.options.dataDir, '--agent-dir', this.options.agentDir],
      ...['--api-listen', listen, '--api-port', String(this.apiPort), '--api-url', this.guestUrl],
      ...['--provision-listen', listen, '--provision-port', String(this.provisionPort)],
      ...['--provision-url', `http://${guestNetwork.host}:${this.provisionPort}`],
      ...['--log-format', 'json'],
    ];
    const log = openSync(this.options.logFile, 'a');
    const command = [node, bundle, 'serve', ...flags];
    // Unless it may outlive this process, the kernel ends it when this one dies, however it dies.
    const [program = node, ...args] = this.options.outlive
      ? command
      : ['setpriv', '--pdeathsig', 'TERM', ...command];
    const child = spawn(program, args, {
      stdio: ['ignore', log, log],
      detached: this.options.outlive === true,
    });
    closeSync(log);
    this.#process = child;
    this.options.spawned?.(this);
    for (let tries = 0; tries < 300; tries += 1) {
      if (child.exitCode !== null)
        throw new Error(`the controller ended: see ${this.options.logFile}`);
      if (await this.#answers()) return;
      await sleep(100);
    }
    throw new Error(`the controller does not answer: see ${this.options.logFile}`);
  }

  /** Kills it as a power cut would. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** The process stops dead, its sockets open: to its peers it is a black hole. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    this.thaw();
    await this.#end('SIGTERM');
  }

  /** Runs the CLI. @returns its JSON, or text where `json` is false. Fails when it fails. */
  async cli<Reply = unknown>(args: readonly string[], json = true): Promise<Reply> {
    const result = await this.tryCli(args, json);
    if (result.exitCode !== 0) {
      throw new Error(
        `resole ${args.join(' ')}: code ${result.exitCode}\n${result.stdout}\n${result.stderr}`,
      );
    }
    return (json ? JSON.parse(result.stdout) : result.stdout) as Reply;
  }

  /**
   * Asks the API itself. For what is asked over and over: a CLI costs half a second of a core each
   * time, which the machines under test then lack.
   */
  async get<Reply>(path: string): Promise<Reply> {
    const { dataDir } = this.options;
    const host = { hostname: '', addresses: [], uid: 0, home: homedir(), env: {} };
    const settings = await clientSettings({ 'data-dir': dataDir }, host, repository);
    const access = await accessOf(settings, host);
    return createClient(access, AbortSignal.timeout(60_000)).get<Reply>(path);
  }

  /** Adds an object of the inventory. */
  async add(noun: 'distro' | 'image' | 'profile' | 'template', fields: object): Promise<void> {
    const result = await execa(
      node,
      [bundle, noun, 'add', '--file', '-', '--data-dir', this.options.dataDir],
      { input: JSON.stringify(fields), reject: false },
    );
    if (result.exitCode !== 0) throw new Error(`resole ${noun} add: ${result.stderr}`);
  }

  /** @param env beside this process's own environment. */
  async tryCli(
    args: readonly string[],
    json = true,
    env: Record<string, string> = {},
    timeoutSeconds = 600,
  ) {
    const all = [
      ...args,
      '--data-dir',
      this.options.dataDir,
      ...(json ? ['--output', 'json'] : []),
    ];
    return execa(node, [bundle, ...all], {
      stdin: 'ignore',
      reject: false,
      timeout: timeoutSeconds * 1000,
      env,
    });
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  }

  async #answers(): Promise<boolean> {
    return this.get('/v1/distros').then(
      () => true,
      () => false,
    );
  }
}

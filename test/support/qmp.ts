/** QEMU's machine protocol, as far as the tests need it (QEMU manual, "QMP"). */
import { EventEmitter, once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

type Reply = { return?: unknown; error?: { desc: string }; event?: string; data?: unknown };

/** One connection to one QEMU. Emits QEMU's events under their own names (`RESET`, `SHUTDOWN` …). */
export class Qmp extends EventEmitter {
  readonly #socket: Socket;
  /** Waiting commands in the order they were sent: QEMU answers in order. */
  readonly #waiting: { resolve: (value: unknown) => void; reject: (error: Error) => void }[] = [];

  constructor(socket: Socket) {
    super();
    this.#socket = socket;
    // readline passes the socket's errors on as its own.
    createInterface({ input: socket })
      .on('line', (line) => this.#read(JSON.parse(line)))
      .on('error', () => {});
    socket
      .on('error', () => {})
      .on('close', () => {
        for (const { reject } of this.#waiting.splice(0)) reject(new Error('QEMU has ended'));
      });
  }

  static async connect(path: string): Promise<Qmp> {
    const qmp = new Qmp(await connectWhenThere(path));
    await qmp.execute('qmp_capabilities');
    return qmp;
  }

  async execute(command: string, args: Record<string, unknown> = {}): Promise<unknown> {
    const answer = new Promise<unknown>((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
    });
    this.#socket.write(`${JSON.stringify({ execute: command, arguments: args })}\n`);
    return await answer;
  }

  /** A command of the human monitor, for the few things that QMP itself lacks. */
  async human(command: string): Promise<string> {
    return String(await this.execute('human-monitor-command', { 'command-line': command }));
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(reply: Reply): void {
    if (reply.event !== undefined) this.emit(reply.event, reply.data);
    else if (reply.error !== undefined) {
      this.#waiting.shift()?.reject(new Error(reply.error.desc));
    } else if ('return' in reply) this.#waiting.shift()?.resolve(reply.return);
  }
}

/** Connects to a unix socket that QEMU is about to open; gives up after 10 s. */
export async function connectWhenThere(path: string): Promise<Socket> {
  for (const deadline = Date.now() + 10_000; ; await sleep(20)) {
    const socket = connect(path);
    try {
      await once(socket, 'connect');
      return socket;
    } catch (error) {
      socket.destroy();
      if (Date.now() > deadline) throw error;
    }
  }
}

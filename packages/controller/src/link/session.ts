import { randomBytes } from 'node:crypto';
import {
  type Agent,
  type AgentLog,
  type Facts,
  type GuestPowerAction,
  PROTOCOL_VERSION,
  parseToController,
  ResoleError,
  type SignedGuestOrder,
  type ToAgent,
  type ToController,
} from '@resole/protocol';
import type { WebSocket } from 'ws';
import type { LinkDeps } from './ports.ts';
import { checkHello } from './proof.ts';

/** An agent that says nothing for so long, not even a pong, is gone. */
const SILENCE_MS = 60_000;
const PING_MS = 20_000;
/** Time to answer the challenge. */
const HELLO_MS = 15_000;

/** Unguessable, so that nobody can answer what was asked elsewhere. */
const newQuestion = (): string => randomBytes(12).toString('base64url');

/**
 * One connection of one agent, from challenge to close. Frames are handled one after the other, in
 * the order in which they came, so that an acknowledgement is never overtaken.
 */
export class Session {
  readonly #socket: WebSocket;
  readonly #deps: LinkDeps;
  readonly #opened: (session: Session, agent: Agent) => void;
  readonly #nonce = randomBytes(32).toString('base64url');
  /** Who waits for which answer. */
  readonly #waiting = new Map<string, (answer: ToController) => void>();
  #asked: Promise<Facts> | undefined;
  #agent: Agent | undefined;
  /** The version that the agent speaks. */
  #protocol = 0;
  #bootId = '';
  #line: Promise<void> = Promise.resolve();
  #heard = Date.now();
  readonly #timer: NodeJS.Timeout;

  constructor(socket: WebSocket, deps: LinkDeps, opened: (session: Session, agent: Agent) => void) {
    this.#socket = socket;
    this.#deps = deps;
    this.#opened = opened;
    socket.on('message', (data, binary) => {
      this.#heard = Date.now();
      const text = binary ? '' : String(data);
      this.#line = this.#line.then(() => this.#handle(text)).catch((error) => this.#refuse(error));
    });
    socket.on('pong', () => {
      this.#heard = Date.now();
    });
    socket.on('error', () => socket.terminate());
    this.#timer = setInterval(() => this.#beat(), PING_MS);
    socket.on('close', () => clearInterval(this.#timer));
    setTimeout(() => {
      if (!this.#agent) socket.terminate();
    }, HELLO_MS).unref();
    this.send({ type: 'challenge', protocol: PROTOCOL_VERSION, nonce: this.#nonce });
  }

  get agentId(): string | undefined {
    return this.#agent?.id;
  }

  send(message: ToAgent): boolean {
    if (this.#socket.readyState !== this.#socket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  /** Asks for facts as they are now; many who ask at once get one answer. @throws ResoleError `agent-timeout` */
  freshFacts(timeoutMs: number): Promise<Facts> {
    this.#asked ??= this.#askFacts(timeoutMs).finally(() => {
      this.#asked = undefined;
    });
    return this.#asked;
  }

  async #askFacts(timeoutMs: number): Promise<Facts> {
    const request = newQuestion();
    const frame = { type: 'facts-request', request } as const;
    const answer = await this.#ask(request, frame, timeoutMs);
    if (answer.type === 'facts') return answer.facts;
    throw new ResoleError('frame-invalid', 'the agent answered with something else');
  }

  /** Asks for the last lines of its log. @throws ResoleError `agent-timeout`, `protocol-mismatch` */
  async recentLog(which: { lines: number; after?: number }, timeoutMs: number): Promise<AgentLog> {
    if (this.#protocol < 2) {
      throw new ResoleError('protocol-mismatch', 'the agent is too old to tell its log', {
        remedy: 'update it: resole agent update SYSTEM',
      });
    }
    const request = newQuestion();
    const answer = await this.#ask(request, { type: 'log-request', request, ...which }, timeoutMs);
    if (answer.type === 'log') return { startedAt: answer.startedAt, lines: answer.lines };
    throw new ResoleError('frame-invalid', 'the agent answered with something else');
  }

  /**
   * Has the agent act on a guest of its host.
   * @returns libvirt's word for the guest's state, after `status`.
   * @throws ResoleError `agent-timeout`, `protocol-mismatch`, and what the agent answers
   */
  async guestOrder(
    guest: string,
    action: GuestPowerAction,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const agent = this.#agent?.id ?? '';
    if (this.#protocol < 2) {
      throw new ResoleError('protocol-mismatch', 'the agent is too old to switch guests', {
        remedy: 'update it: resole agent update SYSTEM',
      });
    }
    const order = newQuestion();
    const expiresAt = new Date(this.#deps.now().getTime() + timeoutMs).toISOString();
    const payload = JSON.stringify({
      ...{ order, agent, guest, action, expiresAt },
    } satisfies SignedGuestOrder);
    const frame = { type: 'guest-order', payload, signature: this.#deps.sign(payload) } as const;
    const answer = await this.#ask(order, frame, timeoutMs, signal);
    if (answer.type !== 'guest-reply') {
      throw new ResoleError('frame-invalid', 'the agent answered with something else');
    }
    const { error, state } = answer;
    if (error !== undefined) {
      const { code, message, remedy } = error;
      throw new ResoleError(code, message, remedy === undefined ? {} : { remedy });
    }
    return state;
  }

  /** The boot of the machine that answers now; undefined where nothing comes back in time. */
  async aliveBoot(timeoutMs: number): Promise<string | undefined> {
    if (this.#socket.readyState !== this.#socket.OPEN) return undefined;
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    const answered = () => resolve(this.#bootId);
    const gone = () => resolve(undefined);
    const timer = setTimeout(gone, timeoutMs);
    this.#socket.once('pong', answered).once('close', gone);
    this.#socket.ping();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#socket.off('pong', answered).off('close', gone);
    }
  }

  /** Sends a question and waits for the answer that carries its id. */
  async #ask(
    id: string,
    frame: ToAgent,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<ToController> {
    const { promise, resolve, reject } = Promise.withResolvers<ToController>();
    const fail = () =>
      reject(
        new ResoleError('agent-timeout', 'the agent did not answer in time', {
          remedy: 'see whether the machine hangs; try again',
        }),
      );
    const abort = () => reject(signal?.reason);
    const timer = setTimeout(fail, timeoutMs);
    this.#socket.once('close', fail);
    signal?.addEventListener('abort', abort, { once: true });
    this.#waiting.set(id, resolve);
    try {
      signal?.throwIfAborted();
      this.send(frame);
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#socket.off('close', fail);
      signal?.removeEventListener('abort', abort);
      this.#waiting.delete(id);
    }
  }

  close(error?: ResoleError): void {
    if (error) this.send({ type: 'refused', error: error.toBody() });
    this.#socket.close(1000);
    setTimeout(() => this.#socket.terminate(), 1000).unref();
  }

  async #handle(text: string): Promise<void> {
    const frame = parseToController(text);
    if (!frame) return;
    if (!this.#agent) await this.#open(frame);
    else await this.#take(frame, this.#agent);
  }

  async #open(frame: ToController): Promise<void> {
    if (frame.type !== 'hello')
      throw new ResoleError('unauthorized', 'the first frame must be a hello');
    const agent = checkHello(frame, this.#nonce, await this.#deps.agent(frame.agent));
    await this.#deps.connected(agent, frame.version, frame.bootId);
    this.#agent = agent;
    this.#protocol = frame.protocol;
    this.#bootId = frame.bootId;
    this.send({
      type: 'welcome',
      protocol: PROTOCOL_VERSION,
      time: this.#deps.now().toISOString(),
    });
    this.#opened(this, agent);
  }

  async #take(frame: ToController, agent: Agent): Promise<void> {
    switch (frame.type) {
      case 'facts':
        await this.#deps.facts(agent, frame.facts);
        if (frame.request) this.#waiting.get(frame.request)?.(frame);
        return;
      case 'log':
        this.#waiting.get(frame.request)?.(frame);
        return;
      case 'guest-reply':
        this.#waiting.get(frame.order)?.(frame);
        return;
      case 'event':
        this.send(await this.#deps.event(agent.id, frame));
        return;
      case 'progress':
        await this.#deps.progress(agent.id, frame.job, frame.progress);
        return;
      case 'refused':
        this.#deps.log('the agent refused', { agent: agent.id, error: frame.error });
        return;
      case 'hello':
        throw new ResoleError('frame-invalid', 'a second hello on one connection');
    }
  }

  #refuse(error: unknown): void {
    const known = error instanceof ResoleError;
    this.#deps.log('link closed', { agent: this.#agent?.id, error: String(error) });
    this.close(
      known ? error : new ResoleError('internal', 'the controller failed to handle a frame'),
    );
  }

  #beat(): void {
    if (Date.now() - this.#heard > SILENCE_MS) this.#socket.terminate();
    else if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping();
  }
}

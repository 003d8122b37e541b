import type { Server } from 'node:https';
import {
  type AgentLog,
  type Facts,
  type GuestPowerAction,
  LINK_PATH,
  MAX_FRAME_BYTES,
  ResoleError,
  type ToAgent,
} from '@resole/protocol';
import { WebSocketServer } from 'ws';
import type { AgentLink } from '../jobs/ports.ts';
import type { LinkDeps } from './ports.ts';
import { Session } from './session.ts';

/** An agent gives libvirt 30 s for an answer. */
const ORDER_MS = 45_000;
/** Longer than a round trip takes where the machine is up. */
const ALIVE_MS = 3_000;

/** The agents' connections: who is there, and the way to them. */
export class LinkServer implements AgentLink {
  readonly #sessions = new Map<string, Session>();
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME_BYTES });
  readonly #deps: LinkDeps;
  /** Called when a session is open and can be sent to. */
  readonly #ready: (agent: string) => void;

  constructor(deps: LinkDeps, ready: (agent: string) => void) {
    this.#deps = deps;
    this.#ready = ready;
  }

  /** Takes WebSocket upgrades for the link's path; others are left to their listeners. */
  attach(server: Server): void {
    server.on('upgrade', (request, socket, head) => {
      if (new URL(request.url ?? '/', 'https://resole').pathname !== LINK_PATH) return;
      this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
        const session = new Session(webSocket, this.#deps, (open, agent) =>
          this.#open(open, agent.id),
        );
        webSocket.on('close', () => this.#gone(session));
      });
    });
  }

  send(agent: string, message: ToAgent): boolean {
    return this.#sessions.get(agent)?.send(message) ?? false;
  }

  isOnline(agent: string): boolean {
    return this.#sessions.has(agent);
  }

  /** @throws ResoleError `agent-offline`, `agent-timeout` */
  async freshFacts(agent: string, timeoutMs = 60_000): Promise<Facts> {
    return this.#session(agent).freshFacts(timeoutMs);
  }

  /** @throws ResoleError `agent-offline`, `agent-timeout`, `protocol-mismatch` */
  async recentLog(
    agent: string,
    which: { lines: number; after?: number },
    timeoutMs = 15_000,
  ): Promise<AgentLog> {
    return this.#session(agent).recentLog(which, timeoutMs);
  }

  /**
   * One act on a guest of the agent's host. @returns libvirt's word for its state, after `status`.
   * @throws ResoleError `agent-offline`, `agent-timeout`, `protocol-mismatch`, and the agent's own
   */
  async guestOrder(
    agent: string,
    guest: string,
    action: GuestPowerAction,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    return this.#session(agent).guestOrder(guest, action, ORDER_MS, signal);
  }

  /** The boot of the agent's machine, where it answers at this moment. */
  async aliveBoot(agent: string): Promise<string | undefined> {
    return this.#sessions.get(agent)?.aliveBoot(ALIVE_MS);
  }

  /** Ends an agent's session, as after it was revoked. */
  drop(agent: string, error: ResoleError): void {
    this.#sessions.get(agent)?.close(error);
  }

  close(): void {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
  }

  #session(agent: string): Session {
    const session = this.#sessions.get(agent);
    if (session !== undefined) return session;
    throw new ResoleError('agent-offline', 'the agent is not connected', {
      remedy: 'start resole-agent on the machine; `resole agent list` shows who is connected',
    });
  }

  #open(session: Session, agent: string): void {
    // The newer connection is the living one: after a crash the old one may look open for a minute.
    const before = this.#sessions.get(agent);
    this.#sessions.set(agent, session);
    before?.close();
    this.#ready(agent);
  }

  #gone(session: Session): void {
    const agent = session.agentId;
    if (agent === undefined || this.#sessions.get(agent) !== session) return;
    this.#sessions.delete(agent);
    this.#deps.left(agent).catch((error) => {
      this.#deps.log('leaving could not be recorded', { agent, error: String(error) });
    });
  }
}

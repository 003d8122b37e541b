/** The way to the controller: one WebSocket over TLS, opened again whenever it is lost. */
import type { KeyObject } from 'node:crypto';
import {
  LINK_PATH,
  MAX_FRAME_BYTES,
  PROTOCOL_VERSION,
  parseToAgent,
  ResoleError,
  type ToAgent,
  type ToController,
} from '@resole/protocol';
import { WebSocket } from 'ws';
import { proofOf } from '../identity.ts';
import type { Clock, Log, SessionListener, Transport } from '../ports.ts';
import { AGENT_VERSION } from '../version.ts';
import { type Backoff, decorrelated } from './backoff.ts';

export interface LinkOptions {
  /** `https://host:port` of the controller. */
  controller: string;
  /** The only CA that is believed. */
  caPem: string;
  key: KeyObject;
  agent: string;
  bootId: string;
  clock: Clock;
  log: Log;
  backoff?: Backoff;
  /**
   * Milliseconds of silence after which the controller, which pings by itself more often, is pinged;
   * after as many more it is dead.
   */
  patience?: number;
}

/** Time for TLS, upgrade, challenge and welcome together. */
const HANDSHAKE_MS = 20_000;
/** A session that held so long was a good one. */
const GOOD_SESSION_MS = 10_000;

export const webSocketTransport = (options: LinkOptions): Transport => ({
  async run(listener, signal) {
    const backoff = options.backoff ?? decorrelated();
    let lastProblem = '';
    while (!signal.aborted) {
      const began = options.clock.now().getTime();
      const { problem, opened } = await session(options, listener, signal);
      if (signal.aborted) return;
      const held = options.clock.now().getTime() - began;
      if (opened && held >= GOOD_SESSION_MS) backoff.reset();
      // One line per kind of problem, not one per try.
      options.log(problem === lastProblem ? 'debug' : 'warn', `no connection: ${problem}`);
      lastProblem = problem;
      await options.clock.sleep(backoff.next(), signal).catch(() => undefined);
    }
  },
});

/** One connection from beginning to end. @returns why it ended and whether it was welcome; never throws. */
function session(
  options: LinkOptions,
  listener: SessionListener,
  signal: AbortSignal,
): Promise<{ problem: string; opened: boolean }> {
  const { controller, caPem, patience = 25_000 } = options;
  return new Promise((resolve) => {
    const socket = new WebSocket(`${controller.replace(/^http/, 'ws')}${LINK_PATH}`, {
      ca: caPem,
      maxPayload: MAX_FRAME_BYTES,
      handshakeTimeout: HANDSHAKE_MS,
      perMessageDeflate: false,
    });
    let open = false;
    let asked = false;
    let reason = 'the controller closed the connection';

    const end = (why: string) => {
      reason = why;
      socket.terminate();
    };
    const handshake = setTimeout(() => end('the controller never said welcome'), HANDSHAKE_MS);
    const silence = setInterval(() => {
      if (!open) return;
      if (asked) return end('the controller is silent');
      asked = true;
      socket.ping();
    }, patience);
    const heard = () => {
      asked = false;
      silence.refresh();
    };
    const onAbort = () => {
      // A proper close, so that the controller knows at once; but nobody waits for its answer.
      socket.close(1001);
      setTimeout(() => socket.terminate(), 500).unref();
    };
    signal.addEventListener('abort', onAbort, { once: true });

    const send = (frame: ToController) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
    };
    const handle = (frame: ToAgent) => {
      if (frame.type === 'refused') return end(`refused: ${frame.error.message}`);
      if (open) return listener.received(frame);
      if (frame.type === 'challenge') return send(helloTo(frame.nonce, options));
      if (frame.type !== 'welcome') return;
      open = true;
      clearTimeout(handshake);
      listener.opened({ send, close: () => end('closed by this side') }, new Date(frame.time));
    };

    socket.on('message', (data, isBinary) => {
      heard();
      try {
        const frame = isBinary ? undefined : parseToAgent(String(data));
        if (frame !== undefined) handle(frame);
      } catch (error) {
        end(error instanceof ResoleError ? error.message : String(error));
      }
    });
    socket.on('ping', heard);
    socket.on('pong', heard);
    socket.on('error', (error) => {
      reason = error.message;
    });
    socket.on('close', () => {
      clearTimeout(handshake);
      clearInterval(silence);
      signal.removeEventListener('abort', onAbort);
      if (open) listener.closed();
      resolve({ problem: reason, opened: open });
    });
    if (signal.aborted) onAbort();
  });
}

const helloTo = (nonce: string, { agent, bootId, key }: LinkOptions): ToController => ({
  type: 'hello',
  protocol: PROTOCOL_VERSION,
  agent,
  version: AGENT_VERSION,
  bootId,
  signature: proofOf(key, nonce, agent, bootId),
});

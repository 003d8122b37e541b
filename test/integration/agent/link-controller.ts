/** A controller as agents see it: TLS by a real CA, enrolment, and the link's frames; nothing else. */
import { createPublicKey, randomBytes, sign, verify } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import {
  EnrolmentRequest,
  type EventMessage,
  helloProof,
  joinToken,
  PROTOCOL_VERSION,
  parseToController,
  type SignedJob,
  type ToAgent,
  type ToController,
} from '@resole/protocol';
import { type WebSocket, WebSocketServer } from 'ws';
import { openTrust, type Trust } from '../../../packages/controller/src/trust/trust.ts';

const agent = 'agt_aaaaaaaaaaaaaaaaaaaa';
const system = 'sys_aaaaaaaaaaaaaaaaaaaa';

export class LinkController {
  /** Events in the order of their coming, doubles left out. */
  readonly events: EventMessage[] = [];
  readonly frames: ToController[] = [];
  readonly enrolments: EnrolmentRequest[] = [];
  readonly trust: Trust;
  readonly url: string;
  /** How an event is answered. */
  answer: (message: EventMessage) => boolean | 'ignore' = () => true;
  /** Called at each session, to send what is due. */
  onSession: () => void = () => undefined;
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({ noServer: true });
  #socket: WebSocket | undefined;
  #publicKey = '';

  private constructor(server: Server, trust: Trust) {
    this.#server = server;
    this.trust = trust;
    this.url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('upgrade', (request, socket, head) =>
      this.#sockets.handleUpgrade(request, socket, head, (link) => this.#serve(link)),
    );
    server.on('request', (request, response) => {
      if (request.url === '/ca.pem') return response.end(trust.caPem);
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const body = EnrolmentRequest.parse(JSON.parse(Buffer.concat(parts).toString()));
        this.enrolments.push(body);
        this.#publicKey = body.publicKey;
        response.writeHead(201, { 'content-type': 'application/json' });
        const jobKey = trust.jobKeySpki;
        response.end(JSON.stringify({ agent, system, systemName: 'web1', jobKey }));
      });
      return undefined;
    });
  }

  /**
   * @param folder where its keys are kept; the same folder is the same controller.
   * @param names under which agents reach it, beside this host's own loopback.
   */
  static async start(folder: string, names: string[] = []): Promise<LinkController> {
    const trust = await openTrust(folder, { names });
    const server = createServer({ key: trust.serverKeyPem, cert: trust.serverCertPem });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new LinkController(server, trust);
  }

  get token(): string {
    const secret = randomBytes(32).toString('base64url');
    return joinToken('tok_aaaaaaaaaaaaaaaaaaaa', secret, this.trust.caFingerprint);
  }

  /** Knows the agent by this key without an enrolment. */
  know(publicKey: string): void {
    this.#publicKey = publicKey;
  }

  send(frame: ToAgent): void {
    this.#socket?.send(JSON.stringify(frame));
  }

  sendJob(job: SignedJob): void {
    const payload = JSON.stringify(job);
    const signature = sign(null, Buffer.from(payload), this.trust.jobKey).toString('base64url');
    this.send({ type: 'job', payload, signature });
  }

  /** Cuts the connection without a word. */
  drop(): void {
    this.#socket?.terminate();
  }

  /** Reads nothing any more, answers no ping: a peer whose machine has died. */
  freeze(): void {
    this.#socket?.pause();
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(socket: WebSocket): void {
    const nonce = randomBytes(32).toString('base64url');
    const send = (frame: ToAgent) => socket.send(JSON.stringify(frame));
    socket.on('message', (data) => {
      const frame = parseToController(String(data));
      if (frame?.type === 'hello') {
        const der = Buffer.from(this.#publicKey, 'base64url');
        const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
        const proof = Buffer.from(helloProof(nonce, frame.agent, frame.bootId));
        if (!verify(null, proof, key, Buffer.from(frame.signature, 'base64url'))) {
          const error = { code: 'unauthorized', message: 'who are you?' } as const;
          return send({ type: 'refused', error });
        }
        this.#socket = socket;
        send({ type: 'welcome', protocol: PROTOCOL_VERSION, time: new Date().toISOString() });
        this.onSession();
      }
      if (frame !== undefined) this.frames.push(frame);
      if (frame?.type === 'event') this.#take(frame, send);
    });
    send({ type: 'challenge', protocol: PROTOCOL_VERSION, nonce });
  }

  #take(message: EventMessage, send: (frame: ToAgent) => void): void {
    const proceed = this.answer(message);
    if (proceed === 'ignore') return;
    const { job, attempt, sequence } = message;
    const known = this.events.some(
      (event) => event.job === job && event.attempt === attempt && event.sequence === sequence,
    );
    if (!known) this.events.push(message);
    send({ type: 'event-ack', job, attempt, sequence, proceed });
  }
}

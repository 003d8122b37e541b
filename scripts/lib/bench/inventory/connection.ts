import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

const HEAD_END = Buffer.from('\r\n\r\n');

/** A reply as it comes in. */
interface Coming {
  resolve(body: Buffer): void;
  reject(error: Error): void;
  chunks: Buffer[];
  received: number;
  status: number;
  /** Bytes of head and body together, once the head is there. */
  expected: number | undefined;
  bodyAt: number;
}

/**
 * HTTP over one connection that is kept, and no more of it than a bench needs: replies with a
 * content-length. What asks shares two cores with what is measured; Node's own client takes half as
 * long again for a request.
 */
export class Connection {
  readonly #socket: Socket;
  #coming: Coming | undefined;

  /** @param ca of a server that speaks TLS. */
  constructor(place: { host: string; port: number }, ca?: Buffer) {
    this.#socket =
      ca === undefined ? connectPlain(place) : connectTls({ ...place, ca, servername: '' });
    this.#socket.setNoDelay(true);
    this.#socket.on('data', (chunk: Buffer) => this.#received(chunk));
    this.#socket.on('error', (error) => this.#coming?.reject(error));
    this.#socket.on('close', () => this.#coming?.reject(new Error('the connection was closed')));
  }

  /** One request at a time. @returns the body. @throws where the status isn't 2xx. */
  ask(request: string): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const nothing = { chunks: [], received: 0, status: 0, expected: undefined, bodyAt: 0 };
      this.#coming = { resolve, reject, ...nothing };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#coming = undefined;
    this.#socket.destroy();
  }

  #received(chunk: Buffer): void {
    const coming = this.#coming;
    if (coming === undefined) return;
    coming.chunks.push(chunk);
    coming.received += chunk.length;
    if (coming.expected === undefined) readHead(coming);
    if (coming.expected === undefined || coming.received < coming.expected) return;
    this.#coming = undefined;
    const body = Buffer.concat(coming.chunks).subarray(coming.bodyAt);
    if (coming.status >= 200 && coming.status < 300) coming.resolve(body);
    else coming.reject(new Error(`${coming.status} ${body.toString()}`));
  }
}

const readHead = (coming: Coming): void => {
  const all = coming.chunks.length === 1 ? coming.chunks[0] : Buffer.concat(coming.chunks);
  const end = all?.indexOf(HEAD_END) ?? -1;
  if (all === undefined || end === -1) return;
  const head = all.toString('latin1', 0, end);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length === undefined) {
    coming.reject(new Error(`no content-length in: ${head}`));
    return;
  }
  coming.status = Number(head.slice(9, 12));
  coming.bodyAt = end + HEAD_END.length;
  coming.expected = coming.bodyAt + Number(length);
};

/** One conversation with a Redfish service (DSP0266): HTTPS, session login, JSON. */
import { createHash } from 'node:crypto';
import { Agent, request } from 'node:https';
import type { TLSSocket } from 'node:tls';
import type { PowerTarget } from '../driver.ts';
import { failed, noPrivilege, unreachable, untrusted, wrongPassword } from '../failures.ts';
import { type Answer, saying, says } from './answer.ts';
import { later } from './later.ts';

export interface RedfishOptions {
  /** SHA-256 of the certificate's DER, hexadecimal in lower case: the only one that is believed. */
  certificate?: string | undefined;
  /** Any certificate is believed. */
  insecure: boolean;
  timeoutSeconds: number;
}

interface Exchange {
  body?: object | undefined;
  etag?: string | undefined;
  /** In place of the caller's. */
  signal?: AbortSignal;
}

/** Answers are small; a service that sends more is none. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** Logging in and out isn't cut off with the rest: services hold few sessions, for half an hour. */
const GRACE_SECONDS = 5;

/** There are no sessions (404, 405, 501), or no more of them (503, as most say it). */
const withoutSession: ReadonlySet<number> = new Set([404, 405, 501, 503]);

/** It may do better when asked again. */
const passing: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

export class RedfishClient {
  readonly #target: PowerTarget;
  readonly #options: RedfishOptions;
  readonly #signal: AbortSignal;
  readonly #agent: Agent;
  #token: string | undefined;
  #session: string | undefined;
  #basic = false;

  constructor(target: PowerTarget, options: RedfishOptions, signal: AbortSignal) {
    this.#target = target;
    this.#options = options;
    this.#signal = signal;
    const anyone = options.insecure || options.certificate !== undefined;
    // A resumed TLS session would show no certificate to compare.
    this.#agent = new Agent({
      keepAlive: true,
      maxSockets: 1,
      maxCachedSessions: 0,
      rejectUnauthorized: !anyone,
    });
  }

  /**
   * Logs in; where there is no session to be had, the password is sent each time (RFC 7617), which
   * every service has to take.
   */
  async open(sessions: string | undefined): Promise<void> {
    if (sessions === undefined) {
      this.#basic = true;
      return;
    }
    const answer = await this.#login(sessions);
    if (withoutSession.has(answer.status) || says(answer, /SessionLimit/)) {
      this.#basic = true;
      return;
    }
    // iLO says so with 400.
    if (says(answer, /Unauthorized/)) throw wrongPassword(this.#target, saying(answer));
    this.#checked(answer);
    if (answer.token === undefined) throw failed(this.#target, 'it gave no token at the login');
    this.#token = answer.token;
    this.#session = answer.location ?? idOf(answer.body);
    this.#signal.throwIfAborted();
  }

  /** An answer that isn't waited for would leave a session that nobody knows. */
  async #login(sessions: string): Promise<Answer> {
    const { user, password } = this.#target;
    const lasting = later(this.#signal, GRACE_SECONDS);
    try {
      const body = { UserName: user, Password: password };
      return await this.exchange('POST', sessions, { body, signal: lasting.signal });
    } finally {
      lasting.end();
    }
  }

  /** Logs out, also where all else was cut off. */
  async close(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    const path = session?.startsWith('/') ? session : URL.parse(session ?? '')?.pathname;
    if (path !== undefined) {
      const signal = AbortSignal.timeout(GRACE_SECONDS * 1000);
      await this.exchange('DELETE', path, { signal }).catch(() => undefined);
    }
    this.#agent.destroy();
  }

  /** A resource. @throws ResoleError for what isn't one. */
  async get(path: string): Promise<Answer> {
    return this.#checked(await this.exchange('GET', path));
  }

  async send(method: 'POST' | 'PATCH', path: string, body: object, etag?: string): Promise<Answer> {
    return this.#checked(await this.exchange(method, path, { body, etag }));
  }

  #checked(answer: Answer): Answer {
    if (answer.status < 300) return answer;
    if (answer.status === 401) throw wrongPassword(this.#target, saying(answer));
    if (answer.status === 403) throw noPrivilege(this.#target, saying(answer));
    if (passing.has(answer.status)) throw unreachable(this.#target, saying(answer));
    throw failed(this.#target, saying(answer));
  }

  exchange(
    method: string,
    path: string,
    { body, etag, signal = this.#signal }: Exchange = {},
  ): Promise<Answer> {
    const { address = '', port = 443, user = '', password = '' } = this.#target;
    const text = body === undefined ? undefined : JSON.stringify(body);
    const basic = Buffer.from(`${user}:${password}`).toString('base64');
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const sent = request(
      {
        host: address,
        port,
        path,
        method,
        agent: this.#agent,
        signal,
        timeout: this.#options.timeoutSeconds * 1000,
        headers: {
          accept: 'application/json',
          'odata-version': '4.0',
          ...(text === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
          ...(this.#token === undefined ? {} : { 'x-auth-token': this.#token }),
          ...(this.#basic ? { authorization: `Basic ${basic}` } : {}),
          ...(etag === undefined ? {} : { 'if-match': etag }),
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > MAX_BODY_BYTES) response.destroy(new Error('the answer is too long'));
          chunks.push(chunk);
        });
        response.on('error', reject);
        response.on('end', () => {
          const header = (name: string) => {
            const value = response.headers[name];
            return Array.isArray(value) ? value[0] : value;
          };
          resolve({
            status: response.statusCode ?? 0,
            etag: header('etag'),
            location: header('location'),
            token: header('x-auth-token'),
            body: jsonOf(Buffer.concat(chunks).toString()),
          });
        });
      },
    );
    sent.on('timeout', () =>
      sent.destroy(new Error(`no answer in ${this.#options.timeoutSeconds} s`)),
    );
    sent.on('error', reject);
    // Nothing is said to a server before its certificate was looked at.
    const { certificate } = this.#options;
    sent.on('socket', (socket) => {
      const tls = socket as TLSSocket;
      const look = () => {
        const found = createHash('sha256')
          .update(tls.getPeerCertificate().raw ?? '')
          .digest('hex');
        if (certificate !== undefined && found !== certificate) {
          sent.destroy(untrusted(this.#target, `it has the certificate ${found}`));
        } else sent.end(text);
      };
      if (!tls.connecting && tls.getPeerCertificate().raw) look();
      else tls.once('secureConnect', look);
    });
    return promise.catch((error: Error & { code?: string }) => {
      signal.throwIfAborted();
      if (error.name === 'ResoleError') throw error;
      if (/CERT|SELF_SIGNED|SIGNATURE|ALTNAME|ISSUER/.test(error.code ?? '')) {
        throw untrusted(this.#target, error.message.split(';')[0], error);
      }
      throw unreachable(this.#target, error.message, error);
    });
  }
}

const jsonOf = (text: string): unknown => {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
};

const idOf = (body: unknown): string | undefined => {
  const id = (body as { '@odata.id'?: unknown } | undefined)?.['@odata.id'];
  return typeof id === 'string' ? id : undefined;
};

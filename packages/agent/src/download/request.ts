/** One HTTP GET from an offset on, as a stream of bytes with limits on silence. */
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Readable } from 'node:stream';
import { rootCertificates } from 'node:tls';

/** Longest silence, ms: of a server that was asked, and of a transfer under way. */
export interface Patience {
  connect: number;
  stall: number;
}

export interface RangeReply {
  status: number;
  /** Offset of the first byte that comes: 0 where the server knows no ranges. */
  start: number;
  /** Size of the whole file, where the server says it. */
  total: number | undefined;
  body: Readable;
  /** Drops the connection. */
  destroy(): void;
}

const MAX_REDIRECTS = 5;

/** Asks for the bytes from `start` on. Redirects are followed. */
export async function getFrom(
  url: string,
  start: number,
  patience: Patience,
  signal: AbortSignal,
  caPem?: string,
): Promise<RangeReply> {
  let address = url;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    const reply = await send(address, start, patience, signal, caPem);
    const { statusCode: status = 0, headers } = reply;
    if (![301, 302, 303, 307, 308].includes(status) || headers.location === undefined) {
      return describe(reply, status);
    }
    reply.destroy();
    address = new URL(headers.location, address).href;
  }
  throw new Error(`more than ${MAX_REDIRECTS} redirects`);
}

function send(
  url: string,
  start: number,
  patience: Patience,
  signal: AbortSignal,
  caPem: string | undefined,
): Promise<IncomingMessage> {
  const headers = {
    // A transfer that is compressed on the way can't be resumed at an offset.
    'accept-encoding': 'identity',
    ...(start > 0 ? { range: `bytes=${start}-` } : {}),
  };
  const options = { agent: false, signal, headers } as const;
  return new Promise((resolve, reject) => {
    const sent = url.startsWith('https:')
      ? requestHttps(url, { ...options, ca: [...rootCertificates, ...(caPem ? [caPem] : [])] })
      : requestHttp(url, options);
    // The socket's own timeout does not count the connecting: a black hole needs a timer.
    const timer = setTimeout(() => {
      sent.destroy(new Error(`no answer within ${patience.connect / 1000} s`));
    }, patience.connect);
    sent.on('response', (reply) => {
      clearTimeout(timer);
      reply.setTimeout(patience.stall, () => {
        reply.destroy(new Error(`the transfer stood still for ${patience.stall / 1000} s`));
      });
      resolve(reply);
    });
    sent.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    sent.end();
  });
}

function describe(reply: IncomingMessage, status: number): RangeReply {
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(reply.headers['content-range'] ?? '');
  const length = reply.headers['content-length'];
  const total = status === 206 ? range?.[2] : length;
  return {
    status,
    start: status === 206 ? Number(range?.[1] ?? Number.NaN) : 0,
    total: total === undefined || total === '*' ? undefined : Number(total),
    body: reply,
    destroy: () => reply.destroy(),
  };
}

/** The controller's HTTP API, as the commands use it. */
import { request } from 'node:https';
import { ErrorBody, ResoleError } from '@resole/protocol';
import type { Access } from './access.ts';

/** Replies are trusted to have the type that is asked for: CLI and controller are one release. */
export interface Client {
  /** The API's address, without a trailing slash. */
  url: string;
  get<Reply>(path: string): Promise<Reply>;
  send<Reply>(
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    revision?: number,
    /** How long the controller may be silent; for what takes longer than most. */
    timeoutMs?: number,
  ): Promise<Reply>;
}

/** No answer for this long is a failure; the API's own work takes seconds at most. */
const TIMEOUT_MS = 60_000;

export function createClient(access: Access, signal: AbortSignal): Client {
  const call = async <Reply>(
    method: string,
    path: string,
    body?: unknown,
    revision?: number,
    timeoutMs = TIMEOUT_MS,
  ): Promise<Reply> => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const { status, reply } = await exchange(access, signal, method, path, {
      ...(text === undefined ? {} : { text }),
      timeoutMs,
      headers: {
        authorization: `Bearer ${access.token}`,
        ...(text === undefined
          ? {}
          : {
              'content-type': 'application/json',
              'content-length': String(Buffer.byteLength(text)),
            }),
        ...(revision === undefined ? {} : { 'if-match': String(revision) }),
      },
    });
    if (status >= 200 && status < 300)
      return (reply === '' ? undefined : JSON.parse(reply)) as Reply;
    throw errorOf(status, reply, access.url);
  };
  return {
    url: access.url,
    get: (path) => call('GET', path),
    send: (method, path, body, revision, timeoutMs) =>
      call(method, path, body, revision, timeoutMs),
  };
}

function exchange(
  access: Access,
  signal: AbortSignal,
  method: string,
  path: string,
  {
    text,
    headers,
    timeoutMs,
  }: { text?: string; headers: Record<string, string>; timeoutMs: number },
): Promise<{ status: number; reply: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      new URL(path, `${access.url}/`),
      {
        method,
        headers,
        signal,
        agent: false,
        timeout: timeoutMs,
        ...(access.ca && { ca: access.ca }),
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', (error) => reject(unreachable(access.url, error)));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, reply: Buffer.concat(chunks).toString() }),
        );
      },
    );
    sent.on('timeout', () => sent.destroy(new Error(`no answer in ${timeoutMs / 1000} s`)));
    sent.on('error', (error) => reject(signal.aborted ? error : unreachable(access.url, error)));
    sent.end(text);
  });
}

function unreachable(url: string, cause: Error & { code?: string }): ResoleError {
  const untrusted = /CERT|SIGNATURE|SSL|TLS|ALTNAME/.test(cause.code ?? '');
  if (untrusted) {
    return new ResoleError(
      'ca-mismatch',
      `${url} is not the controller we know: ${cause.message.split(';')[0]}`,
      {
        remedy: 'give the CA of that controller (--ca FILE); its own is <data folder>/trust/ca.pem',
        cause,
      },
    );
  }
  return new ResoleError(
    'unreachable',
    `no controller answers at ${url}: ${cause.message || cause.code}`,
    {
      remedy: 'start it with "resole serve", or name another: --url https://HOST:PORT',
      cause,
    },
  );
}

function errorOf(status: number, reply: string, url: string): ResoleError {
  let body: unknown;
  try {
    body = (JSON.parse(reply) as { error?: unknown }).error;
  } catch {
    body = undefined;
  }
  const parsed = ErrorBody.safeParse(body);
  if (!parsed.success) {
    return new ResoleError('internal', `${url} answered ${status} without saying why`, {
      remedy: 'is that a Resole controller? See its log.',
    });
  }
  const { code, message, remedy, details } = parsed.data;
  return new ResoleError(code, message, {
    ...(remedy === undefined ? {} : { remedy }),
    ...(details === undefined ? {} : { details }),
  });
}

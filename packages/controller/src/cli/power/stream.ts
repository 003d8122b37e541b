/** The API's power route: one line of JSON per system, as each is done. */
import { request } from 'node:https';
import { createInterface } from 'node:readline';
import { ErrorBody, type PowerRequest, type PowerResult, ResoleError } from '@resole/protocol';
import type { Access } from '../access.ts';

/** Calls back for each system. @throws ResoleError what the controller says, or `unreachable`. */
export const actOnPower = async (
  access: Access,
  body: PowerRequest,
  told: (result: PowerResult) => void,
  signal: AbortSignal,
): Promise<void> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const lost = (cause: Error) =>
    reject(
      signal.aborted
        ? signal.reason
        : new ResoleError('unreachable', `${access.url}: ${cause.message}`, {
            remedy: 'what was ordered may go on: look with `resole power status`',
            cause,
          }),
    );
  const sent = request(
    new URL('/v1/power', access.url),
    {
      method: 'POST',
      signal,
      agent: false,
      headers: { authorization: `Bearer ${access.token}`, 'content-type': 'application/json' },
      ...(access.ca === undefined ? {} : { ca: access.ca }),
    },
    (response) => {
      const ok = response.statusCode === 200;
      let refusal = '';
      const lines = createInterface({ input: response });
      lines.on('line', (line) => {
        if (!ok) refusal += line;
        else if (line !== '') told(JSON.parse(line));
      });
      // Both are told of it, and either ends the program where nobody listens.
      response.on('error', lost);
      lines.on('error', lost);
      lines.on('close', () => {
        if (!response.complete) lost(new Error('the connection ended before the work'));
        else if (ok) resolve();
        else reject(errorOf(refusal, response.statusCode));
      });
    },
  );
  sent.on('error', lost);
  sent.end(JSON.stringify(body));
  return promise;
};

const errorOf = (text: string, status: number | undefined): ResoleError => {
  let body: unknown;
  try {
    body = (JSON.parse(text) as { error?: unknown }).error;
  } catch {
    body = undefined;
  }
  const { code, message, remedy, details } = ErrorBody.catch({
    code: 'internal',
    message: `the controller answered ${status}`,
  }).parse(body);
  return new ResoleError(code, message, {
    ...(remedy === undefined ? {} : { remedy }),
    ...(details === undefined ? {} : { details }),
  });
};

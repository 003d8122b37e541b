import type { IncomingMessage } from 'node:http';
import { type ErrorBody, ResoleError } from '@resole/protocol';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';

type Log = (message: string, fields: Record<string, unknown>) => void;

/** What fastify itself refuses: a body that is no JSON, too large, of another content type. */
const isClientError = (error: unknown): error is FastifyError =>
  error instanceof Error &&
  'statusCode' in error &&
  typeof error.statusCode === 'number' &&
  error.statusCode >= 400 &&
  error.statusCode < 500;

const tooLarge = (limit: number): ErrorBody => ({
  code: 'input-too-large',
  message: `this is larger than the controller takes at once: ${limit / 1024 / 1024} MiB`,
  remedy:
    'send it in parts; files that machines are to fetch belong into a tree or on a web server',
});

/** Of what is too large, so much is taken in and thrown away, so that the sender gets to read why. */
const DRAINED = 256 * 1024 * 1024;

/** Waits for the end of a body, or for what is too much of it. */
const drained = (body: IncomingMessage): Promise<void> =>
  new Promise((resolve) => {
    if (body.readableEnded || body.destroyed) return resolve();
    let bytes = 0;
    const end = () => {
      body.off('data', count).pause();
      resolve();
    };
    const count = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > DRAINED) end();
    };
    body.on('data', count).once('end', end).once('close', end);
  });

/** The handler that makes every error `{ error: ErrorBody }`; what is unforeseen stays in the log. */
export const failureHandler =
  (log: Log) =>
  async (error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const answer = (status: number, body: ErrorBody) => reply.code(status).send({ error: body });
    if (error instanceof ResoleError && error.httpStatus !== 500) {
      return answer(error.httpStatus, error.toBody());
    }
    if (!(error instanceof ResoleError) && isClientError(error)) {
      if (error.statusCode !== 413) {
        return answer(error.statusCode ?? 400, { code: 'invalid-input', message: error.message });
      }
      await drained(request.raw);
      return answer(413, tooLarge(request.routeOptions.bodyLimit ?? 0));
    }
    log('a request failed', {
      request: request.id,
      route: `${request.method} ${request.routeOptions.url}`,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
    if (error instanceof ResoleError) return answer(error.httpStatus, error.toBody());
    return answer(500, {
      code: 'internal',
      message: 'something unforeseen went wrong in the controller',
      remedy: `look for request ${request.id} in its log`,
    });
  };

/** Answers where there is no such route. */
export const noRoute = async (request: FastifyRequest): Promise<never> => {
  const [path] = request.url.split('?');
  throw new ResoleError('not-found', `there is nothing at ${request.method} ${path}`, {
    remedy: 'GET /v1/openapi.json lists what there is',
  });
};

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

/** The handler that makes every error `{ error: ErrorBody }`; what is unforeseen stays in the log. */
export const failureHandler =
  (log: Log) =>
  (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const answer = (status: number, body: ErrorBody) => reply.code(status).send({ error: body });
    if (error instanceof ResoleError && error.httpStatus !== 500) {
      return answer(error.httpStatus, error.toBody());
    }
    if (!(error instanceof ResoleError) && isClientError(error)) {
      return answer(error.statusCode ?? 400, { code: 'invalid-input', message: error.message });
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

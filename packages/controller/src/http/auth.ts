import { ResoleError } from '@resole/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answers without a token: enrolment, the CA's certificate, health. */
    public?: boolean;
  }
}

/** The hook that lets only administrators pass: `Authorization: Bearer TOKEN` (RFC 6750). */
export const requireAdmin =
  (verifyAdmin: (token: string) => boolean) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (request.routeOptions.config.public === true) return;
    const [, token] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    if (token !== undefined && verifyAdmin(token)) return;
    reply.header('www-authenticate', 'Bearer realm="resole"');
    throw new ResoleError(
      'unauthorized',
      token === undefined ? 'this needs a token' : 'the token is not valid',
      { remedy: 'send "Authorization: Bearer TOKEN"; "resole serve" says where the first one is' },
    );
  };

import { createHash, randomBytes } from 'node:crypto';
import { JoinToken, joinToken, Name, ResoleError, type StoredToken } from '@resole/protocol';
import { z } from 'zod';
import { newId, stamped } from '../store/stored.ts';
import type { Api } from './api.ts';
import type { ApiDeps } from './deps.ts';
import { RefParams } from './validation.ts';
import { ErrorReply, TokenView } from './views.ts';

const TokenRequest = z.strictObject({
  /** How many agents may join with it. */
  uses: z.int().positive().max(100_000).default(1),
  /** Seconds until it is worth nothing; a year at most. */
  expires: z
    .int()
    .positive()
    .max(365 * 24 * 3600)
    .default(3600),
  comment: z.string().max(4096).optional(),
  /** Name of the system that the agent is to be; default: as its machine says. */
  system: Name.optional(),
});

/** The only time that the secret is shown. */
const NewToken = z.object({ ...TokenView.shape, token: JoinToken });

const view = ({ secretHash: _, ...token }: StoredToken): TokenView => token;

/** Join tokens: what a machine needs to become a system of this controller. */
export const tokenRoutes = (app: Api, { store, caFingerprint, now }: ApiDeps): void => {
  const tags = ['tokens'];

  app.post(
    '/v1/tokens',
    {
      schema: {
        tags,
        operationId: 'create-token',
        summary: 'Make a join token; its secret is in this reply only',
        body: TokenRequest,
        response: { 201: NewToken, default: ErrorReply },
      },
    },
    async (request, response) => {
      const { uses, expires, comment, system } = request.body;
      const secret = randomBytes(32).toString('base64url');
      const token = stamped(
        {
          id: newId('tok'),
          secretHash: createHash('sha256').update(secret).digest('hex'),
          expiresAt: new Date(now().getTime() + expires * 1000).toISOString(),
          uses,
          ...(comment === undefined ? {} : { comment }),
          ...(system === undefined ? {} : { system }),
        },
        now(),
      );
      await store.tokens.create(token);
      const text = joinToken(token.id, secret, caFingerprint);
      return response.code(201).send({ ...view(token), token: text });
    },
  );

  app.get(
    '/v1/tokens',
    {
      schema: {
        tags,
        operationId: 'list-tokens',
        summary: 'All join tokens, also those that are used up or expired; never their secrets',
        response: { 200: z.array(TokenView), default: ErrorReply },
      },
    },
    async () => (await store.tokens.list()).map(view),
  );

  app.delete(
    '/v1/tokens/:ref',
    {
      schema: {
        tags,
        operationId: 'remove-token',
        summary: 'Remove a join token: nobody joins with it any more',
        params: RefParams,
        response: { 200: TokenView, default: ErrorReply },
      },
    },
    async (request) => {
      const token = await store.tokens.get(request.params.ref);
      if (token === undefined) {
        throw new ResoleError('not-found', `there is no join token ${request.params.ref}`, {
          remedy: 'see which there are: resole token list',
        });
      }
      await store.tokens.remove(token.id);
      return view(token);
    },
  );
};

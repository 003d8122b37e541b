import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { ResoleError } from '@resole/protocol';
import { z } from 'zod';
import type { SignedManifest } from '../agent-install/manifest.ts';
import { type Offer, sha256sums } from '../agent-install/offer.ts';
import type { Api } from './api.ts';
import { ErrorReply } from './views.ts';

export interface AgentInstallDeps {
  script(): Promise<string>;
  offer(): Promise<Offer>;
  sign(offer: Offer): SignedManifest;
}

/**
 * The agent for machines that have none. Public: there is no secret in it, and who may join is
 * decided by the join token.
 */
export const agentInstallRoutes = (app: Api, { script, offer, sign }: AgentInstallDeps): void => {
  const config = { public: true };
  const tags = ['agents'];
  const text = (type: string) => ({
    200: { description: 'text', content: { [type]: { schema: z.string() } } },
    default: ErrorReply,
  });

  app.get(
    '/agent.sh',
    {
      config,
      schema: {
        tags,
        operationId: 'agent-script',
        summary: 'Script that installs and enrols the agent: curl … | sh -s -- --token …',
        security: [],
        response: text('text/x-shellscript'),
      },
    },
    async (_, response) => response.type('text/x-shellscript').send(await script()),
  );

  app.get(
    '/agent/sha256sums',
    {
      config,
      schema: {
        tags,
        operationId: 'agent-checksums',
        summary: 'Checksums of all forms of the agent, as sha256sum reads them',
        security: [],
        response: text('text/plain'),
      },
    },
    async (_, response) => response.type('text/plain').send(sha256sums(await offer())),
  );

  app.get(
    '/agent/manifest.json',
    {
      config,
      schema: {
        tags,
        operationId: 'agent-manifest',
        summary: 'Version, sizes and checksums of the agent, signed by the key that signs jobs',
        security: [],
        response: {
          200: z.object({ manifest: z.string(), signature: z.string() }),
          default: ErrorReply,
        },
      },
    },
    async () => sign(await offer()),
  );

  app.get(
    '/agent/:name',
    {
      config,
      schema: {
        tags,
        operationId: 'fetch-agent',
        summary: 'One form of the agent: executable, package, bundle, unit',
        security: [],
        params: z.object({ name: z.string() }),
      },
    },
    async ({ params: { name } }, response) => {
      const path = (await offer()).path(name);
      if (path === undefined) {
        throw new ResoleError('not-found', `there is no ${name} of the agent here`, {
          remedy: 'see /agent/sha256sums for what there is; scripts/package-agent makes it',
        });
      }
      const { size } = await stat(path);
      return response
        .type('application/octet-stream')
        .header('content-length', size)
        .send(createReadStream(path));
    },
  );
};

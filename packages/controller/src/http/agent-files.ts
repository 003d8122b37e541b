import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Arch, Bytes, Sha256 } from '@resole/protocol';
import { z } from 'zod';
import type { Api } from './api.ts';
import { ErrorReply } from './views.ts';

const Executable = z.object({
  size: Bytes,
  sha256: Sha256,
  /** Bytes of the executable as gzip. */
  packedSize: Bytes,
});

/** What `scripts/package-agent` made. */
interface AgentFiles {
  of(arch: Arch): { size: number; sha256: string };
  path(arch: Arch, encoding: 'gz'): string;
  unit: string;
}

/** The agent's executable, for those who bring it to a machine themselves (over SSH). */
export const agentFileRoutes = (app: Api, open: () => Promise<AgentFiles>): void => {
  const tags = ['agents'];
  const params = z.object({ arch: Arch });

  app.get(
    '/v1/agent-files/:arch',
    {
      schema: {
        tags,
        operationId: 'show-agent-file',
        summary: 'The agent’s executable: size, SHA-256, and the unit that starts it',
        params,
        response: { 200: z.object({ ...Executable.shape, unit: z.string() }), default: ErrorReply },
      },
    },
    async ({ params: { arch } }) => {
      const files = await open();
      const { size: packedSize } = await stat(files.path(arch, 'gz'));
      return { ...files.of(arch), packedSize, unit: files.unit };
    },
  );

  app.get(
    '/v1/agent-files/:arch/gz',
    {
      schema: {
        tags,
        operationId: 'fetch-agent-file',
        summary: 'The agent’s executable as gzip',
        params,
      },
    },
    async ({ params: { arch } }, reply) => {
      const files = await open();
      files.of(arch);
      const path = files.path(arch, 'gz');
      const { size } = await stat(path);
      return reply
        .header('content-type', 'application/gzip')
        .header('content-length', size)
        .send(createReadStream(path));
    },
  );
};

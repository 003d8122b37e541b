import { join } from 'node:path';
import { build } from 'esbuild';

/** The agent of `agent-child.ts` as one file, so that it starts fast. @returns where it is */
export const bundledAgent = async (folder: string): Promise<string> => {
  const script = join(folder, 'agent-child.cjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'agent-child.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['bufferutil', 'utf-8-validate'],
    logLevel: 'error',
  });
  return script;
};

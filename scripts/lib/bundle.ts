/**
 * `node scripts/lib/bundle.ts`: bundles what people run.
 * - packages/controller/dist/resole.js and its chunks: what a command doesn't need is not loaded.
 * - packages/agent/dist/resole-agent.cjs: one file, that `package-agent` makes an executable of.
 */
import { readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';

const root = join(import.meta.dirname, '../..');
const controllerDist = join(root, 'packages/controller/dist');
const agentDist = join(root, 'packages/agent/dist');

/** The agent travels to every machine. */
const MAX_AGENT_BYTES = 3 * 1024 * 1024;

/**
 * Stay in node_modules: minijinja-js is WebAssembly that is read from a file beside it, and
 * fastify's swagger plugin reads its own files. Optional natives of ws are not used at all.
 */
const external = ['minijinja-js', '@fastify/swagger', 'bufferutil', 'utf-8-validate'];

const shared: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  external,
  legalComments: 'none',
  logLevel: 'warning',
  absWorkingDir: root,
};

/** Makes resole.js and its chunks, flat beside it: package-root.ts counts on one folder level. */
export async function bundleController(): Promise<void> {
  const { metafile } = await build({
    ...shared,
    entryPoints: {
      resole: 'packages/controller/src/main.ts',
      'render-thread': 'packages/controller/src/templates/worker/thread.ts',
    },
    outdir: controllerDist,
    format: 'esm',
    splitting: true,
    // Less text to keep in memory: 7 MiB of a controller. Names and lines stay, for stack traces.
    minifyWhitespace: true,
    minifySyntax: true,
    lineLimit: 160,
    chunkNames: '[name]-[hash]',
    metafile: true,
    // CommonJS dependencies ask for Node's modules by require, which ESM doesn't have.
    banner: {
      js: [
        "import { createRequire as __createRequire } from 'node:module';",
        'const require = __createRequire(import.meta.url);',
      ].join(''),
    },
  });
  const made = new Set(Object.keys(metafile.outputs).map((path) => basename(path)));
  const before = (await readdir(controllerDist)).filter((name) => name.endsWith('.js'));
  const stale = before.filter((name) => !made.has(name));
  await Promise.all(stale.map((name) => rm(join(controllerDist, name))));
}

/** @throws where the agent has outgrown its limit. */
export async function bundleAgent(): Promise<void> {
  const outfile = join(agentDist, 'resole-agent.cjs');
  await build({
    ...shared,
    entryPoints: ['packages/agent/src/main.ts'],
    outfile,
    format: 'cjs',
    minify: true,
    // Error names and the like are told to people.
    keepNames: true,
  });
  const { size } = await stat(outfile);
  if (size > MAX_AGENT_BYTES) {
    throw new Error(`${outfile} has ${size} bytes, more than ${MAX_AGENT_BYTES}`);
  }
}

if (import.meta.main) {
  const started = Date.now();
  await Promise.all([bundleController(), bundleAgent()]);
  console.log(`bundled in ${Date.now() - started} ms`);
}

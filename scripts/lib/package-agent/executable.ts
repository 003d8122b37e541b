/**
 * Node's executable with the agent inside it: a "single executable application", made by pkg for
 * this architecture, and by the steps of Node's documentation for the other one.
 */
import { chmod, copyFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sea from '@yao-pkg/pkg/lib-es5/sea.js';
import { execa } from 'execa';
import { nodeFor } from './node.ts';
import { type Arch, archs, bundle, ownArch, root } from './places.ts';

/** Node looks for its application behind this text (nodejs.org, Single executable applications). */
const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/** @param target path of the executable; its folder is used for what comes in between. */
export async function makeExecutable(arch: Arch, target: string, script = bundle): Promise<void> {
  const work = await mkdtemp(`${target}.`);
  try {
    const program = join(work, 'node');
    await copyFile(await nodeFor(arch), program);
    await chmod(program, 0o755);
    // Without its symbol tables Node is a fifth smaller; where there is no strip, it stays as it is.
    await execa(archs[arch].strip, ['--strip-unneeded', program], { reject: false });
    const made = join(work, 'made');
    if (arch === ownArch) await byPkg(script, program, made);
    else await byHand(script, program, made, work);
    await chmod(made, 0o755);
    await rename(made, target);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * What the executable's Node is always started with. It waits nearly all its life, and what it does,
 * it does once: compiling takes longer than interpreting, and no threads need to wait for it.
 */
const execArgv = ['--jitless', '--v8-pool-size=0', '--max-semi-space-size=1'];

/** Of Node's documentation (Single executable applications). */
const settings = {
  disableExperimentalSEAWarning: true,
  useSnapshot: false,
  execArgv,
  execArgvExtension: 'env',
} as const;

/** Compiled code is kept too: the bundle need not be parsed at each start. */
async function byPkg(script: string, nodePath: string, output: string): Promise<void> {
  const seaConfig = { ...settings, useCodeCache: true };
  // Node takes compiled code only where it runs with the flags of the Node that has compiled it, and
  // pkg hands that one nothing but its surroundings.
  const before = process.env.NODE_OPTIONS;
  process.env.NODE_OPTIONS = execArgv.join(' ');
  try {
    await sea.default(script, {
      targets: [{ nodeRange: 'node24', platform: 'linux', arch: archs[ownArch].pkg, output }],
      nodePath,
      seaConfig,
    });
  } finally {
    if (before === undefined) delete process.env.NODE_OPTIONS;
    else process.env.NODE_OPTIONS = before;
  }
}

/** pkg runs the Node that it packs to learn its version, which another architecture's can't be. */
async function byHand(script: string, program: string, made: string, work: string): Promise<void> {
  const config = join(work, 'sea.json');
  const blob = join(work, 'sea.blob');
  // Compiled code is of use only to the architecture that has made it.
  const own = { main: script, output: blob, useCodeCache: false };
  await writeFile(config, JSON.stringify({ ...settings, ...own }));
  await execa(await nodeFor(ownArch), ['--experimental-sea-config', config]);
  const args = [program, 'NODE_SEA_BLOB', blob, '--sentinel-fuse', fuse];
  await execa('postject', args, { preferLocal: true, localDir: root });
  await rename(program, made);
}

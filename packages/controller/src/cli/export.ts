/** `resole export`: the whole inventory as YAML. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { CliContext } from './context.ts';
import { examplesText } from './noun.ts';
import { asYaml } from './output.ts';
import { openSession } from './session.ts';

/** Every part of an export; a file each in a folder. */
const sections = [
  'settings',
  'repos',
  'images',
  'snippets',
  'templates',
  'distros',
  'profiles',
  'systems',
] as const;

export function registerExport(command: Command, context: CliContext): void {
  command
    .option('--dir <folder>', 'write a file per noun there, in place of standard output')
    .option('--ids', 'with ids, so that an apply understands renames');
  command.addHelpText(
    'after',
    examplesText([
      'resole export > site.yaml',
      'resole export --dir inventory/; git -C inventory commit -am "as it is"',
      'resole export --ids | sed "s/^  web:/  www:/" | resole apply -f -   # renames',
    ]),
  );
  command.action(async ({ dir, ids }: { dir?: string; ids?: boolean }) => {
    const { output, client } = await openSession(command, context);
    const api = await client();
    const document = await api.get<Record<string, Record<string, unknown>>>(
      `/v1/export${ids === true ? '?ids=true' : ''}`,
    );
    if (dir === undefined) {
      if (output.format === 'json') output.object(document);
      else context.stdout.write(Object.keys(document).length === 0 ? '' : asText(document));
      return;
    }
    const folder = resolve(context.cwd, dir);
    await mkdir(folder, { recursive: true });
    const counts: string[] = [];
    for (const section of sections) {
      const file = join(folder, `${section}.yaml`);
      const objects = document[section];
      if (objects === undefined) await rm(file, { force: true });
      else {
        await writeFile(file, asText({ [section]: objects }));
        counts.push(section === 'settings' ? section : `${Object.keys(objects).length} ${section}`);
      }
    }
    const what = counts.length === 0 ? 'nothing' : counts.join(', ');
    output.done(`${what} written to ${dir}`, { folder, written: counts });
  });
}

/** Nouns are set apart by empty lines. */
const asText = (document: Record<string, unknown>): string =>
  Object.entries(document)
    .map(([section, objects]) => asYaml({ [section]: objects }))
    .join('\n');

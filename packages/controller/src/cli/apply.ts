/** `resole apply`: makes the inventory be as files say. */
import { ResoleError } from '@resole/protocol';
import type { Command } from 'commander';
import { type ApplyInput, readApplyInput } from './apply-files.ts';
import { type Applied, changesText, countsText } from './changes.ts';
import { confirmed } from './confirm.ts';
import type { CliContext } from './context.ts';
import { examplesText } from './noun.ts';
import { coloured, openSession } from './session.ts';

interface Given {
  file: string[];
  dryRun?: boolean;
  prune?: boolean;
  yes?: boolean;
}

/** Every object is a write that has to be durable, and files may have to be measured. */
const TIMEOUT_MS = 30 * 60_000;

const notes = `
A file has a mapping per noun (repos, images, snippets, templates, distros, profiles, systems), from
name to fields, and settings; it may be split into several files and YAML documents, in any order.
An object is made to be as the file says: fields that it doesn't name are taken away. What no file
names is left alone, unless --prune. With "id: prf_…" an object is renamed to the key it stands
under. Nothing is written unless all of it is right.
`;

export function registerApply(apply: Command, context: CliContext): void {
  apply
    .requiredOption('-f, --file <path...>', 'YAML files, folders of them, - for standard input')
    .option('--dry-run', 'only show what would change')
    .option('--prune', 'remove what the files don’t have, of the nouns that they have')
    .option('-y, --yes', 'don’t ask');
  apply.addHelpText(
    'after',
    `${notes}${examplesText([
      'resole export > site.yaml; $EDITOR site.yaml; resole apply -f site.yaml',
      'resole apply -f inventory/ --dry-run',
      'resole apply -f inventory/ --prune --yes',
    ])}`,
  );
  apply.action(async ({ file, dryRun = false, prune = false, yes = false }: Given) => {
    const { output, client } = await openSession(apply, context);
    const input = await readApplyInput(file, context);
    const api = await client();
    const send = async (only: boolean) => {
      const query = `?dryRun=${only}&prune=${prune}`;
      return await api
        .send<Applied>('POST', `/v1/apply${query}`, input.document, undefined, TIMEOUT_MS)
        .catch((error: unknown) => {
          throw placed(error, input);
        });
    };
    const people = output.format === 'table';
    const planned = yes && !people ? undefined : await send(true);
    const colour = coloured(
      context.stdout,
      context.host.env,
      apply.optsWithGlobals().color !== false,
    );
    if (people && planned !== undefined) context.stdout.write(changesText(planned, colour));
    if (dryRun || planned?.changes.length === 0) {
      const applied = planned ?? (await send(true));
      output.done(countsText(applied, applied.changes.length === 0), applied);
      return;
    }
    if (!yes && planned !== undefined) {
      await confirmed(countsText(planned, false), 'Do that?', '--yes', context);
    }
    const applied = await send(false);
    output.done(countsText(applied, true), applied);
  });
}

/** Says in which file and line each thing is wrong. */
function placed(error: unknown, { placeOf }: ApplyInput): unknown {
  if (!(error instanceof ResoleError) || error.details.length === 0) return error;
  const several = error.details.length > 1;
  const message = several ? error.message : 'the inventory: 1 thing is wrong';
  return new ResoleError(error.code, message, {
    ...(error.remedy === undefined || !several ? {} : { remedy: error.remedy }),
    details: error.details.map((detail) => {
      const place = placeOf(detail.field);
      return place === undefined ? detail : { ...detail, field: `${place} ${detail.field}` };
    }),
    cause: error,
  });
}

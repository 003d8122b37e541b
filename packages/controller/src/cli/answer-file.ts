/** `resole answer-file SYSTEM`. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { AnswerFile, AnswerFilePreview } from '@resole/protocol';
import type { Command } from 'commander';
import type { CliContext } from './context.ts';
import { examplesText } from './noun.ts';
import { openSession } from './session.ts';

interface Given {
  profile?: string;
  part?: string;
  outputDir?: string;
}

export async function registerAnswerFile(command: Command, context: CliContext): Promise<void> {
  command
    .argument('<system>', 'name, id, host name, MAC or machine UUID')
    .option('--profile <profile>', 'as if it were to become this; default: its profile')
    .option('--part <file>', 'one file of a folder or of a cloud-init seed')
    .option('--output-dir <folder>', 'write all files below this folder')
    .addHelpText(
      'after',
      examplesText([
        'resole answer-file web1                       what its installer would get',
        'resole answer-file web1 --profile web-13      … with another profile',
        'resole answer-file cloud1 --part meta-data',
        'resole answer-file fai1 --output-dir /tmp/space',
      ]),
    );
  command.action(async (system: string, { profile, part, outputDir }: Given) => {
    const { client, output } = await openSession(command, context);
    const query = new URLSearchParams({
      ...(profile === undefined ? {} : { profile }),
      ...(part === undefined ? {} : { part }),
    });
    const path = `/v1/systems/${encodeURIComponent(system)}/answer-file?${query}`;
    const preview = await (await client()).get<AnswerFilePreview>(path);
    for (const note of preview.notes) context.stderr.write(`note: ${note}\n`);
    if (outputDir !== undefined) {
      const folder = resolve(context.cwd, outputDir);
      await writeFiles(folder, preview.files);
      output.done(`${preview.files.length} files written below ${folder}`, { folder });
    } else if (output.format !== 'table') output.object(preview);
    else {
      const wanted = preview.files.find(({ path: each }) => each === (part ?? preview.main));
      if (wanted === undefined) list(preview, output);
      else show(wanted, preview, context);
    }
  });
}

/** One file as it is, and which others there are. */
function show(
  wanted: AnswerFile,
  { files }: AnswerFilePreview,
  { stdout, stderr }: CliContext,
): void {
  stdout.write(wanted.text);
  const others = files.filter((file) => file !== wanted).map(({ path }) => path);
  if (others.length > 0) stderr.write(`note: --part shows the others: ${others.join(', ')}\n`);
}

const list = (
  { files }: AnswerFilePreview,
  output: Awaited<ReturnType<typeof openSession>>['output'],
) =>
  output.list(
    files,
    [
      { title: 'file', of: ({ path }) => path },
      { title: 'mode', of: ({ mode }) => mode.toString(8) },
      { title: 'lines', of: ({ text }) => text.trimEnd().split('\n').length },
      { title: 'template', of: ({ template }) => template },
    ],
    'no files',
  );

async function writeFiles(folder: string, files: readonly AnswerFile[]): Promise<void> {
  for (const { path, text, mode } of files) {
    const file = resolve(folder, path);
    await mkdir(dirname(file), { recursive: true });
    // An answer file may hold what others are not to read.
    await writeFile(file, text, { mode: mode & 0o700 });
  }
}

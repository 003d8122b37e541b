/** `resole job answer-file`: what is needed to start an installer by hand. */
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { examplesText } from '../noun.ts';
import { openSession } from '../session.ts';

interface Reply {
  url: string;
  commandLine?: string;
  files: { path: string; text: string }[];
}

export function registerAnswerFile(command: Command, context: CliContext): void {
  const show = command
    .command('answer-file')
    .description('print the answer file of a job whose installer you start, and how it gets it');
  show
    .argument('<id>')
    .addHelpText(
      'after',
      examplesText([
        'resole reinstall esx1 --method manual',
        'resole job answer-file job_35ahtc7lqn2x6w4dzk5p                        its address, on standard error',
        'resole job answer-file job_35ahtc7lqn2x6w4dzk5p > autounattend.xml     to put it on a medium',
      ]),
    );
  show.action(async (id: string) => {
    const { client, output } = await openSession(show, context);
    const path = `/v1/jobs/${encodeURIComponent(id)}/answer-file`;
    const reply = await (await client()).get<Reply>(path);
    if (output.format !== 'table') return output.object(reply);
    const { url, commandLine, files } = reply;
    context.stderr.write(`its address: ${url}\n`);
    if (commandLine !== undefined) context.stderr.write(`boot options: ${commandLine}\n`);
    for (const file of files) {
      if (files.length > 1) context.stdout.write(`--- ${file.path}\n`);
      context.stdout.write(file.text);
    }
  });
}

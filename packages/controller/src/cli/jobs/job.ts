/** `resole job list|show|watch|log|answer-file|cancel`. */
import type { JobView } from '@resole/protocol';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { examplesText } from '../noun.ts';
import type { Column } from '../output.ts';
import { openSession } from '../session.ts';
import { registerAnswerFile } from './by-hand.ts';
import { eventLine, stateText } from './lines.ts';
import { follow } from './start.ts';

const columns: Column<JobView>[] = [
  { title: 'id', of: (job) => job.id },
  { title: 'kind', of: (job) => job.kind },
  { title: 'system', of: (job) => job.systemName },
  { title: 'profile', of: (job) => job.plan.profile?.name },
  { title: 'state', of: (job) => job.state },
  { title: 'since', of: (job) => job.createdAt },
  { title: 'now', of: (job) => job.error?.message ?? stateText(job) },
];

const pathOf = (id: string) => `/v1/jobs/${encodeURIComponent(id)}`;

const summary = (job: JobView): string =>
  [
    `${job.kind} of ${job.systemName}${job.plan.profile ? ` as ${job.plan.profile.name}` : ''}: ${job.state}, ${stateText(job)}`,
    ...(job.error ? [`error: ${job.error.message} (${job.error.code})`] : []),
    ...(job.lastSign ? [`last sign: ${job.lastSign.what}, ${job.lastSign.at}`] : []),
    ...(job.deadline ? [`deadline of this state: ${job.deadline}`] : []),
    '',
    ...job.events.map((event) => eventLine(job, event)),
    '',
  ].join('\n');

export async function registerJob(command: Command, context: CliContext): Promise<void> {
  const list = command.command('list').alias('ls').description('list jobs, oldest first');
  list
    .option('--system <name>', 'only those of one system')
    .option('--state <state>', 'only those in a state');
  list.addHelpText(
    'after',
    examplesText(['resole job list', 'resole job list --state stalled --output json']),
  );
  list.action(async (given: { system?: string; state?: string }) => {
    const { client, output } = await openSession(list, context);
    const query = new URLSearchParams(given as Record<string, string>).toString();
    const jobs = await (await client()).get<JobView[]>(
      `/v1/jobs${query === '' ? '' : `?${query}`}`,
    );
    output.list(jobs, columns, 'no jobs yet: resole reinstall --help');
  });

  const show = command.command('show').description('show all that happened to a job');
  show
    .argument('<id>')
    .addHelpText('after', examplesText(['resole job show job_35ahtc7lqn2x6w4dzk5p']));
  show.action(async (id: string) => {
    const { client, output } = await openSession(show, context);
    const job = await (await client()).get<JobView>(pathOf(id));
    if (output.format === 'table') context.stdout.write(summary(job));
    else output.object(job);
  });

  const watch = command.command('watch').description('follow a job to its end');
  watch
    .argument('<id>')
    .addHelpText('after', examplesText(['resole job watch job_35ahtc7lqn2x6w4dzk5p']));
  watch.action(async (id: string) => follow(await openSession(watch, context), id));

  const log = command.command('log').description("print what the job's installer wrote");
  log
    .argument('<id>')
    .addHelpText('after', examplesText(['resole job log job_35ahtc7lqn2x6w4dzk5p']));
  log.action(async (id: string) => {
    const { client } = await openSession(log, context);
    const { text } = await (await client()).get<{ text: string }>(`${pathOf(id)}/log`);
    context.stdout.write(text);
  });

  registerAnswerFile(command, context);

  const cancel = command.command('cancel').description('cancel a job, or give up one that stalled');
  cancel
    .argument('<id>')
    .addHelpText('after', examplesText(['resole job cancel job_35ahtc7lqn2x6w4dzk5p']));
  cancel.action(async (id: string) => {
    const { client, output } = await openSession(cancel, context);
    const job = await (await client()).send<JobView>('POST', `${pathOf(id)}/cancel`);
    const said = job.state === 'cancelled' || job.state === 'failed' ? job.state : 'cancelling';
    output.done(`job ${id}: ${said}`, job);
  });
}

import type { JobRequest, JobView } from '@resole/protocol';
import type { CliContext } from '../context.ts';
import type { Session } from '../session.ts';
import { sinceStart, stateText } from './lines.ts';
import { liveScreen, plainScreen } from './view.ts';
import { errorOfJob, watchJob } from './watch.ts';

/** Shows a job until it is over. @throws the error that it ended with. */
export const follow = async (session: Session, id: string): Promise<void> => {
  const { context, output } = session;
  const { stderr } = context;
  const screen =
    output.format === 'table' && isTerminal(stderr) ? liveScreen(stderr) : plainScreen(stderr);
  const job = await watchJob(await session.access(), id, screen, context.signal);
  const error = errorOfJob(job);
  if (error) throw error;
  output.done(
    `${job.systemName}: ${stateText(job)} (${sinceStart(job, job.updatedAt).trim()})`,
    job,
  );
};

const isTerminal = (screen: CliContext['stderr']): screen is NodeJS.WriteStream =>
  screen.isTTY === true;

/** Starts a job, and follows it where that is wanted. */
export const start = async (
  session: Session,
  request: JobRequest,
  watch: boolean,
): Promise<void> => {
  const job = await (await session.client()).send<JobView>('POST', '/v1/jobs', request);
  if (watch) return follow(session, job.id);
  const lines = [
    `job ${job.id} on ${job.systemName}: ${stateText(job)}`,
    ...(job.plan.method === 'manual'
      ? [`start its installer with what this tells: resole job answer-file ${job.id}`]
      : []),
    `watch it: resole job watch ${job.id}`,
  ];
  session.output.done(lines.join('\n'), job);
};

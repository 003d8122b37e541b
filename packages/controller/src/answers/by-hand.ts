/** What a person is given who starts an installer: the answer file, and where it is fetched. */
import { type AnswerFile, finalStates, type Job, ResoleError } from '@resole/protocol';
import { urlsOf } from '../plan/answer/plain.ts';
import { BASE } from '../plan/intent.ts';
import type { JobAnswers } from './render.ts';

export interface ByHand {
  /** Where the installer fetches its answer file. */
  url: string;
  /** Arguments of its kernel, or of its boot loader. */
  commandLine?: string;
  /** With the job's secrets, as the installer gets them. */
  files: AnswerFile[];
}

interface ByHandDeps {
  answers: Pick<JobAnswers, 'files'>;
  /** The job's secret address. */
  base(job: string): string;
}

/** @throws ResoleError `job-final`, `invalid-input` for a job that nobody starts by hand */
export const handOut =
  ({ answers, base }: ByHandDeps) =>
  async (job: Job): Promise<ByHand> => {
    const { id, state, plan } = job;
    if (finalStates.has(state)) {
      throw new ResoleError('job-final', `job ${id} has ended: its answer file is gone`);
    }
    if (plan.method !== 'manual') {
      throw new ResoleError('invalid-input', `the installer of job ${id} is not started by hand`, {
        remedy: `what it is given is shown by \`resole answer-file ${job.systemName}\``,
      });
    }
    const address = base(id);
    return {
      url: urlsOf(address, {}).answer_file,
      ...(plan.commandLine === undefined
        ? {}
        : { commandLine: plan.commandLine.replaceAll(BASE, address) }),
      files: await answers.files(job),
    };
  };

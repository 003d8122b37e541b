/** Step check-host: is this still the machine that the plan was made for? Changes nothing. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ResoleError } from '@resole/protocol';
import type { Executor, StepContext } from '../ports.ts';
import { bootFolderOf } from './places.ts';
import { refusals } from './refusals.ts';

export const checkHost: Executor<'check-host'> = {
  async execute(args, context) {
    const facts = await context.facts();
    const { boot } = facts.bootLoader;
    const inBoot = args.space.destination === 'boot';
    const folder = inBoot ? boot && bootFolderOf(boot) : context.folders.staging;
    const already = folder === undefined ? 0 : await bytesThere(folder, context);
    const [first, ...others] = refusals(args, facts, context.job.steps, already);
    if (first === undefined) return `${facts.hostname} is as planned`;
    throw new ResoleError(first.code, first.message, {
      ...(first.remedy === undefined ? {} : { remedy: first.remedy }),
      // The others too, so that an operator need not find them one by one.
      details: [
        ...first.details,
        ...others.map(({ code, message }) => ({ field: code, problem: message })),
      ],
    });
  },
  undo: () => Promise.resolve(),
};

/** What an earlier try of this job has already put there: room that it won't need again. */
async function bytesThere(folder: string, { job }: StepContext): Promise<number> {
  const names = job.steps.flatMap((step) =>
    step.step === 'fetch-file' ? [step.args.name, `${step.args.name}.part`] : [],
  );
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        (found) => found.size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, each) => sum + each, 0);
}

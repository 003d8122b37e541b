import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freezeAnswer } from '../../../../packages/controller/src/answers/render.ts';
import { makeJob } from '../../../../packages/controller/src/jobs/testing.ts';
import { jobBase } from '../../../../packages/controller/src/provision/tickets.ts';
import { newId } from '../../../../packages/controller/src/store/stored.ts';
import { folderTexts } from '../../../../packages/controller/src/store/texts.ts';
import { answerVariables } from '../../../../packages/controller/src/templates/answer-file.fixture.ts';
import { readShipped } from '../../../../packages/controller/src/templates/library.ts';
import { RenderPool } from '../../../../packages/controller/src/templates/worker/pool.ts';
import { repository } from '../../../../test/support/cache.ts';

/**
 * Writes jobs into a store's folder whose installers run, each with an answer file of its own.
 * @returns the path of each answer file on the provision listener.
 */
export const fillJobs = async (dataDir: string, count: number): Promise<string[]> => {
  const templates = await readShipped(join(repository, 'packages/controller/templates'));
  const pool = new RenderPool({ threads: 1 });
  const answer = { template: 'debian-installer/preseed.cfg', variables: { ...answerVariables } };
  const texts = folderTexts(join(dataDir, 'texts'));
  const frozen = await freezeAnswer(pool, texts, answer, 'debian-installer', templates);
  pool.close();
  const secret = Buffer.from(readFileSync(join(dataDir, 'trust/secret'), 'utf8'), 'base64url');
  const folder = join(dataDir, 'store/jobs');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return Array.from({ length: count }, (_, index) => {
    const system = { ...answerVariables.system, name: `web${index}`, hostname: `web${index}` };
    const job = makeJob({
      state: 'installing',
      system: newId('sys'),
      systemName: system.name,
      answer: { ...frozen, variables: { ...answerVariables, system } },
    });
    writeFileSync(join(folder, `${job.id}.json`), JSON.stringify(job, null, 2), { mode: 0o600 });
    return `${jobBase('', secret, job.id)}/answer-file`;
  });
};

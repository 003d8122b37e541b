import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Job } from '@resole/protocol';
import { expect, onTestFinished, test } from 'vitest';
import { type Answer, freezeAnswer, jobAnswers } from '../answers/render.ts';
import type { Happening } from '../jobs/record.ts';
import { record } from '../jobs/record.ts';
import { makeJob } from '../jobs/testing.ts';
import { folderTexts } from '../store/texts.ts';
import type { Templates } from '../templates/environment.ts';
import { RenderPool } from '../templates/worker/pool.ts';
import { buildProvision } from './app.ts';
import { jobBase } from './tickets.ts';

const secret = Buffer.alloc(32, 7);
const variables = {
  system: { name: 'web1' },
  urls: { base: '{base}' },
  agent: { join_token: '{join-token}' },
};

/** A provision listener with one job, whose answer file is planned from `planned`. */
const world = async (planned: Templates, answer: Answer, family: 'image' | 'subiquity' | 'fai') => {
  const folder = await mkdtemp(join(tmpdir(), 'resole-provision-'));
  const pool = new RenderPool({ threads: 1 });
  const texts = folderTexts(join(folder, 'texts'));
  let templates = planned;
  const frozen = await freezeAnswer(pool, texts, answer, family, planned);
  let job: Job = makeJob({ state: 'handing-over', answer: frozen });
  const logged: string[] = [];
  const app = buildProvision({
    secret,
    job: async (id) => (id === job.id ? job : undefined),
    happen: async (_id: string, event: Happening) => {
      job = record(job, event, new Date()) ?? job;
      return job;
    },
    finished: async () => {},
    answers: jobAnswers({
      pool,
      texts: folderTexts(join(folder, 'texts')),
      templates: async () => templates,
      secrets: () => ({
        ...{ base: 'http://192.0.2.1/p/x', joinToken: 'rsl1.secret', setupPassword: 'Rs1.x' },
      }),
    }),
    armedJob: async () => undefined,
    base: () => 'http://192.0.2.1/p/x',
    artefact: async () => undefined,
    tree: async () => undefined,
    agentFile: async () => undefined,
    appendLog: async () => {},
    log: (message, fields) => logged.push(`${message}: ${String(fields.error)}`),
  });
  onTestFinished(async () => {
    await app.close();
    pool.close();
    await rm(folder, { recursive: true });
  });
  return {
    job: () => job,
    logged,
    edit: (changes: Templates) => {
      templates = { ...templates, ...changes };
    },
    /** As a job of a Resole that froze nothing. */
    forgetTexts: () => {
      job = { ...job, answer };
    },
    get: async (path: string) => {
      const reply = await app.inject({ url: `${jobBase('', secret, job.id)}/${path}` });
      return [reply.statusCode, reply.body, reply.headers['content-type']];
    },
  };
};

const text = 'text/plain; charset=utf-8';
const script = {
  main: '#!/bin/sh\n{% include "part" %}\ncurl {{ urls.base.split("://")[1] }} {{ agent.join_token }}\n',
  part: 'echo {{ system.name }}\n',
};

test('what a job was planned with is what its installer gets', async () => {
  const { get, edit, job } = await world(script, { template: 'main', variables }, 'image');
  edit({ part: '{{ broken', main: 'edited' });
  const answer = '#!/bin/sh\necho web1\ncurl 192.0.2.1/p/x rsl1.secret\n';
  expect(await get('answer-file')).toEqual([200, answer, text]);
  expect(job().state).toBe('installer-booted');
  expect(JSON.stringify(job())).not.toContain('rsl1.secret');
});

test('a job of before is rendered from what there is now', async () => {
  const { get, edit, forgetTexts } = await world(script, { template: 'main', variables }, 'image');
  forgetTexts();
  edit({ part: 'exit\n' });
  expect(await get('answer-file')).toEqual([
    200,
    '#!/bin/sh\nexit\ncurl 192.0.2.1/p/x rsl1.secret\n',
    text,
  ]);
});

test('an error is never served as an answer file, and stands in the job', async () => {
  const { get, edit, forgetTexts, job, logged } = await world(
    script,
    { template: 'main', variables },
    'image',
  );
  forgetTexts();
  edit({ part: 'one\n{{ missing }}' });
  expect(await get('answer-file')).toEqual([
    500,
    'The answer file of this job cannot be made. The reason stands in the job.\n',
    text,
  ]);
  const reason = 'its answer file cannot be made: template part, line 2: undefined value';
  expect(job().state).toBe('stalled');
  expect(job().error?.message.split('\n')[0]).toBe(reason);
  expect(logged[0]).toContain('template part, line 2');
  edit({ part: 'mended' });
  expect((await get('answer-file'))[0]).toBe(200);
  expect(job().state).toBe('installer-booted');
});

test('a cloud-init seed has its parts at their own addresses', async () => {
  const { get } = await world(
    { 'subiquity/user-data': '#cloud-config\n{}\n', 'subiquity/network-config': 'version: 2\n' },
    { template: 'subiquity/user-data', variables },
    'subiquity',
  );
  expect(await get('answer-file')).toEqual([200, '#cloud-config\n{}\n', text]);
  expect(await get('answer-file/user-data')).toEqual([200, '#cloud-config\n{}\n', text]);
  expect(await get('answer-file/network-config')).toEqual([200, 'version: 2\n', text]);
  // Asked for in any case: a refusal would mean that there is no seed.
  expect(await get('answer-file/meta-data')).toEqual([200, '', text]);
  expect((await get('answer-file/other'))[0]).toBe(404);
});

test('a folder is an archive, and each of its files', async () => {
  const { get } = await world(
    { 'fai/class/10': '#!/bin/sh\n', 'fai/boot-args': 'x' },
    { template: 'fai/', variables },
    'fai',
  );
  expect(await get('answer-file/class/10')).toEqual([200, '#!/bin/sh\n', text]);
  expect((await get('config.tar.gz'))[0]).toBe(200);
  expect((await get('answer-file'))[0]).toBe(404);
  expect((await get('answer-file/boot-args'))[0]).toBe(404);
});

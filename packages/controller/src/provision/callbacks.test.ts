import type { Job } from '@resole/protocol';
import { expect, onTestFinished, test } from 'vitest';
import type { Happening } from '../jobs/record.ts';
import { record } from '../jobs/record.ts';
import { makeJob } from '../jobs/testing.ts';
import { buildProvision } from './app.ts';
import { jobBase } from './tickets.ts';

const secret = Buffer.alloc(32, 7);

/** The provision listener as the installer of one job meets it, over real HTTP. */
const installer = async (state: Job['state'] = 'installer-booted') => {
  let job = makeJob({ state });
  const happened: Happening[] = [];
  const written: string[] = [];
  const nothing = async () => undefined;
  const app = buildProvision({
    secret,
    job: async (id) => (id === job.id ? job : undefined),
    happen: async (_, event) => {
      happened.push(event);
      job = record(job, event, new Date()) ?? job;
      return job;
    },
    finished: async () => undefined,
    answers: {
      text: async () => '',
      part: async () => '',
      files: async () => [],
    },
    armedJob: nothing,
    base: () => '',
    artefact: nothing,
    tree: nothing,
    agentFile: nothing,
    appendLog: async (_, text) => void written.push(text),
    log: () => undefined,
  });
  onTestFinished(() => app.close());
  const base = jobBase(await app.listen({ host: '127.0.0.1', port: 0 }), secret, job.id);
  const ask = async (path: string, init?: RequestInit) => {
    const reply = await fetch(path.startsWith('http') ? path : `${base}/${path}`, init);
    return [reply.status, await reply.text()];
  };
  return { ask, base, happened, written, state: () => job.state };
};

test('start, progress and done move the job on, by GET and by POST', async () => {
  const { ask, happened, state } = await installer();
  expect(await ask('events/start')).toEqual([200, 'ok\n']);
  expect(state()).toBe('installing');
  await ask('events/progress?phase=unpack&percent=40.5&message=half%20way', { method: 'POST' });
  await ask('events/done?message=it%20restarts', { method: 'POST', body: 'a=b' });
  expect(state()).toBe('installed');
  expect(happened).toEqual([
    { type: 'installer-started' },
    {
      type: 'installer-progress',
      message: 'half way',
      progress: { phase: 'unpack', percent: 40.5, message: 'half way' },
    },
    { type: 'installer-done', message: 'it restarts' },
  ]);
});

test('a failure keeps the reason of the installer, or says that there was none', async () => {
  const { ask, happened, state } = await installer('installing');
  await ask('events/failed?message=no%20space%20left');
  await ask('events/failed');
  expect(state()).toBe('stalled');
  expect(happened.map(({ error }) => error)).toEqual([
    { code: 'installer-failed', message: 'the installer failed: no space left' },
    { code: 'installer-failed', message: 'the installer failed: it gave no reason' },
  ]);
});

test('what is told along and makes no sense is left out, not refused', async () => {
  const { ask, happened } = await installer('installing');
  const long = 'x'.repeat(3000);
  for (const query of [
    'percent=lots',
    'percent=101',
    'phase=%20%20',
    'dance=1',
    'phase=a&phase=b',
  ]) {
    expect(await ask(`events/progress?${query}`)).toEqual([200, 'ok\n']);
  }
  await ask(`events/progress?phase=${long}`);
  expect(happened.slice(0, -1)).toEqual(
    Array.from({ length: 5 }, () => ({
      type: 'installer-progress',
      progress: { phase: 'progress' },
    })),
  );
  expect(happened.at(-1)?.progress?.phase).toHaveLength(1000);
});

test('a log is taken as text, whatever type it claims to have', async () => {
  const { ask, written } = await installer('installing');
  for (const type of [
    'application/json',
    'text/plain',
    'application/x-www-form-urlencoded',
    'x/y',
  ]) {
    const sent = {
      method: 'POST',
      body: `{a line as ${type}\n`,
      headers: { 'content-type': type },
    };
    expect(await ask('log', sent)).toEqual([200, 'ok\n']);
  }
  expect(written).toEqual([
    '{a line as application/json\n',
    '{a line as text/plain\n',
    '{a line as application/x-www-form-urlencoded\n',
    '{a line as x/y\n',
  ]);
  expect(await ask('log', { method: 'POST' })).toEqual([200, 'ok\n']);
});

test('another event, another address and a job that has ended are nothing', async () => {
  const { ask, base, happened, written, state } = await installer('installing');
  expect(await ask('events/dance')).toEqual([404, '']);
  expect(await ask('events/done', { method: 'DELETE' })).toEqual([404, '']);
  expect(await ask(`${base.slice(0, -1)}${base.endsWith('A') ? 'B' : 'A'}/events/done`)).toEqual([
    404,
    '',
  ]);
  expect(happened).toEqual([]);
  const over = await installer('returned');
  expect(await over.ask('events/failed')).toEqual([404, '']);
  expect(await over.ask('log', { method: 'POST', body: 'late' })).toEqual([404, '']);
  expect([over.happened, over.written, written, state()]).toEqual([[], [], [], 'installing']);
});

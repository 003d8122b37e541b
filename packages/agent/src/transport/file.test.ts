import { expect, test, vi } from 'vitest';
import { startAgent, temporaryFolder } from '../testing/agent.ts';
import { memoryController } from '../testing/controller.ts';
import { messageOf, signedJob } from '../testing/job.ts';
import { systemClock } from '../world.ts';
import { type FileOptions, fileTransport, parseJobFile } from './file.ts';

const at = new Date('2026-01-01T00:10:00Z');
const clock = { ...systemClock, now: () => at };

function file(changes: Partial<FileOptions>) {
  const printed: { job: string; event?: { type: string } }[] = [];
  const print = (line: string) => printed.push(JSON.parse(line));
  const failed: unknown[] = [];
  const options = { print, clock, rehearse: true, failed: (error: unknown) => failed.push(error) };
  let ended: () => void = () => undefined;
  const end = new Promise<void>((resolve) => {
    ended = resolve;
  });
  const transport = fileTransport({ ...options, ...changes });
  return {
    transport: {
      run: async (...args: Parameters<typeof transport.run>) => {
        await transport.run(...args);
        ended();
      },
    },
    end,
    types: () => printed.map(({ job, event }) => `${job.slice(4, 5)} ${event?.type}`),
  };
}

test('a rehearsal goes as far as the question, and ends with the job', async () => {
  const job = signedJob();
  const { transport, end, types } = file({ give: { message: messageOf(job), job: job.job } });
  const agent = await startAgent(await temporaryFolder(), transport);
  await end;
  expect(agent.did).not.toContain('do hand-over');
  expect(types().slice(-2)).toEqual(['a handing-over', 'a disarmed']);
});

test("events of a controller's job stay for the controller", async () => {
  const folder = await temporaryFolder();
  const controller = memoryController(() => at);
  controller.answer = ({ event }) => (event.type === 'accepted' ? true : 'ignore');
  const first = await startAgent(folder, controller, {
    doing: () => Promise.reject(new Error('no')),
  });
  controller.send(messageOf(signedJob()));
  await controller.seen('accepted');
  while (first.loop.status().job !== undefined) await new Promise((next) => setTimeout(next, 5));
  await first.stop();

  const job = signedJob({ job: 'job_bbbbbbbbbbbbbbbbbbbb' });
  const { transport, end, types } = file({ give: { message: messageOf(job), job: job.job } });
  const second = await startAgent(folder, transport);
  await end;
  expect(types()[0]).toBe('b accepted');
  expect(types().at(-1)).toBe('b disarmed');
  await vi.waitFor(() => expect(second.loop.status().waiting).toBe(3));
});

test('job files: bare, or in an envelope', () => {
  expect(parseJobFile('{"job":1}')).toEqual({ payload: '{"job":1}', signature: undefined });
  const envelope = { type: 'job', payload: '{}', signature: 's' };
  expect(parseJobFile(JSON.stringify(envelope))).toEqual({ payload: '{}', signature: 's' });
  expect(() => parseJobFile('no')).toThrow('not JSON');
});

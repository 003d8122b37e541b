/** A guest whose firmware is handed the profile's installer; its host and its firmware are made up. */
import { type AgentEvent, type Job, type JobEventType, Mac } from '@resole/protocol';
import { expect, test } from 'vitest';
import { armedJob, cameBack } from '../../packages/controller/src/carry/firmware.ts';
import { guestService } from '../support/guest-service.ts';

const world = async () => {
  const made = await guestService();
  const { store, runner } = made;
  let sequence = 0;
  return {
    ...made,
    /** The host's agent, of whatever version, says that it has done all that it was told. */
    hostIsDone: async ({ id, agent = '' }: Job): Promise<Job> => {
      const words: AgentEvent[] = [
        ...([{ type: 'accepted' }, { type: 'armed' }] as const),
        ...([{ type: 'handing-over', bootId: 'host' }, { type: 'completed' }] as const),
      ];
      for (const event of words) {
        sequence += 1;
        const at = '2026-01-01T00:00:00.000Z';
        await runner.agentEvent(agent, { type: 'event', job: id, attempt: 1, sequence, at, event });
      }
      return (await store.jobs.get(id)) as Job;
    },
    /** What the guest's firmware would be given now. */
    given: async ({ plan }: Job) => (await armedJob(store, Mac.parse(plan.guest?.nic.mac)))?.id,
  };
};

test('it is installed and followed like any machine, and its firmware is handed the installer once', async () => {
  const { create, hostIsDone, given, goes, store } = await world();
  const job = await create({ profile: 'db', virt: { install: 'pxe' } });
  const { plan } = job;
  expect(plan).toMatchObject({
    method: 'pxe',
    guest: { install: { by: 'pxe' } },
    commandLine: expect.stringContaining('url={base}/answer-file'),
  });
  expect(plan.steps.map(({ step }) => step)).toEqual([
    ...['check-virt-host', 'create-guest', 'hand-over'],
  ]);
  expect(plan.alterations.map(({ when }) => when)).toEqual([
    'at the hand-over',
    'when the installer has switched it off, into the new OS',
  ]);
  expect(job.answer?.template).toBe('debian-installer/preseed.cfg');
  expect(await given(job)).toBeUndefined();

  const begun = await hostIsDone(job);
  expect(begun.state).toBe('handing-over');
  expect(begun.events.at(-1)).toMatchObject({
    type: 'step-done',
    message: 'hand-over: g1 is running',
  });
  expect(await given(job)).toBe(job.id);
  await goes(job, 'boot-script-fetched', 'boot-files-fetched');
  expect(await given(job)).toBeUndefined();
  expect(await cameBack(store, { system: job.system }, 'guest')).toEqual([]);

  const states: string[] = [];
  const further: JobEventType[] = [
    ...(['answer-file-fetched', 'installer-started', 'installer-done'] as const),
    ...(['guest-reported', 'new-agent-returned'] as const),
  ];
  for (const type of further) states.push((await goes(job, type)).state);
  expect(states).toEqual([
    ...['installer-booted', 'installing', 'installed', 'installed', 'returned'],
  ]);
});

test('where Resole has nothing for its firmware, the job ends when the guest runs', async () => {
  const { create, hostIsDone, given, store, db } = await world();
  const virt = { install: 'pxe' } as const;
  const answerless = await create({ profile: 'web', virt });
  expect([answerless.plan.method, answerless.plan.commandLine]).toEqual([undefined, undefined]);
  await store.profiles.replace({ ...db, revision: 2, netboot: false });
  const silent = await create({ profile: 'db', virt, name: 'g2' });
  const container = await create({ profile: 'db', virt: { type: 'lxc' }, name: 'g3' });
  for (const job of [answerless, silent, container]) {
    expect(job.answer).toBeUndefined();
    expect((await hostIsDone(job)).state).toBe('done');
    expect(await given(job)).toBeUndefined();
  }
});

test('a command line that iPXE would take for its own is refused', async () => {
  const { create, store, db } = await world();
  await store.profiles.replace({ ...db, revision: 2, kernelOptions: { '||': '' } });
  await expect(create({ profile: 'db', virt: { install: 'pxe' } })).rejects.toMatchObject({
    code: 'invalid-input',
    message: "iPXE can't hand || on to a kernel",
  });
  expect((await create({ profile: 'db' })).plan.commandLine).toContain('||');
});

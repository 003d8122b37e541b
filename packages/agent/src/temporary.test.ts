import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ResoleError } from '@resole/protocol';
import { expect, test } from 'vitest';
import { emptyRecord, type JournalRecord } from './record.ts';
import { isOver, leave } from './temporary.ts';

const start = new Date('2026-01-01T00:00:00Z');
const after = (minutes: number) => new Date(start.getTime() + minutes * 60_000);
const heard: JournalRecord = {
  ...emptyRecord,
  known: [
    { job: 'job_35ahtc7lqn2x6w4dzk5p', attempt: 1, sequence: 3, until: '2026-01-02T00:00:00Z' },
  ],
};

test('a visit lasts until its job has ended and all of it was acknowledged', () => {
  expect(isOver(emptyRecord, start, after(1))).toBe(false);
  expect(isOver(emptyRecord, start, after(16))).toBe(true);
  expect(isOver(heard, start, after(1))).toBe(true);
  const event = { type: 'disarmed' } as const;
  const outbox: JournalRecord['outbox'] = [
    {
      type: 'event',
      job: 'job_35ahtc7lqn2x6w4dzk5p',
      attempt: 1,
      sequence: 3,
      at: start.toISOString(),
      event,
    },
  ];
  expect(isOver({ ...heard, outbox }, start, after(60))).toBe(false);
});

test('a visitor that goes leaves nothing, on machines with and without systemd', async () => {
  const root = await mkdtemp(join(tmpdir(), 'resole-visit-'));
  try {
    await mkdir(join(root, 'etc/systemd/system'), { recursive: true });
    await mkdir(join(root, 'var/lib/resole-enchant/state'), { recursive: true });
    await writeFile(join(root, 'etc/systemd/system/resole-enchant.service'), '');
    const ran: string[] = [];
    await leave(
      { folder: '/var/lib/resole-enchant', unit: 'resole-enchant.service' },
      async (program, args) => {
        ran.push([program, ...args].join(' '));
        throw new ResoleError('program-missing', 'not here');
      },
      root,
    );
    expect(await readdir(join(root, 'etc/systemd/system'))).toEqual([]);
    expect(await readdir(join(root, 'var/lib'))).toEqual([]);
    expect(ran).toEqual([
      'systemctl disable --quiet resole-enchant.service',
      'systemctl daemon-reload',
      'umount -l /var/lib/resole-enchant',
    ]);
  } finally {
    await rm(root, { recursive: true });
  }
});

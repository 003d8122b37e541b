import { expect, test } from 'vitest';
import { checkHostStep } from '../testing/job.ts';
import { machine } from '../testing/machine.ts';
import { checkHost } from './check-host.ts';

test('every reason is told at once, and nothing is touched', async () => {
  const made = await machine({ facts: () => ({ arch: 'aarch64', memoryBytes: 1, disks: [] }) });
  const before = await made.tree();
  await expect(checkHost.execute(checkHostStep.args, made.context)).rejects.toMatchObject({
    code: 'arch-mismatch',
    details: [
      {
        field: 'memory-too-small',
        problem: 'the installer needs 953 MiB of memory, the machine has 0 MiB',
      },
      { field: 'disk-unknown', problem: 'there is no disk serial:A1' },
    ],
  });
  expect(await made.tree()).toEqual(before);
});

test('what an earlier try has fetched needs no room again', async () => {
  const made = await machine({ facts: () => ({ stagingFreeBytes: 10 }) });
  await made.write('var/lib/resole/staging/job_aaaaaaaaaaaaaaaaaaaa/kernel.part', 'x'.repeat(90));
  made.context.job.steps.push({
    step: 'fetch-file',
    args: { name: 'kernel', url: 'http://c/k', size: 1, sha256: '', destination: 'staging' },
  });
  const space = { destination: 'staging' as const, bytes: 100 };
  const args = { ...checkHostStep.args, space };
  await expect(checkHost.execute(args, made.context)).resolves.toBe('web1 is as planned');
});

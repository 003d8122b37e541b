import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { StepArguments } from '@resole/protocol';
import { expect, onTestFinished, test } from 'vitest';
import { grub } from '../testing/facts.ts';
import { type Machine, machine } from '../testing/machine.ts';
import { fetchFile } from './fetch-file.ts';

const text = 'a kernel';
const folder = '/var/lib/resole/staging/job_aaaaaaaaaaaaaaaaaaaa';

async function args(destination: 'staging' | 'boot'): Promise<StepArguments<'fetch-file'>> {
  const server = createServer((_, response) => response.end(text));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const sha256 = createHash('sha256').update(text).digest('hex');
  const url = `http://127.0.0.1:${port}/kernel`;
  return { name: 'kernel', url, size: text.length, sha256, destination };
}

const withBoot = (): Promise<Machine> =>
  machine({
    facts: (root) => ({
      bootLoader: grub({ boot: { ...grub().boot, directory: join(root, 'boot') } }),
    }),
  });

test('into the staging folder', async () => {
  const made = await machine();
  await expect(fetchFile.execute(await args('staging'), made.context)).resolves.toMatch(
    /^kernel, /,
  );
  expect(await made.tree()).toEqual({ [`${folder}/kernel`]: text });
});

test('into the boot folder, and away again without a trace', async () => {
  const made = await withBoot();
  await made.write('boot/vmlinuz', 'old');
  await fetchFile.execute(await args('boot'), made.context);
  expect(await made.tree('/boot')).toEqual({ '/boot/resole/kernel': text, '/boot/vmlinuz': 'old' });
  await made.write('boot/resole/initrd.part', 'half');
  await fetchFile.undo(made.context);
  await fetchFile.undo(made.context);
  expect(await made.tree('/boot')).toEqual({ '/boot/vmlinuz': 'old' });
});

test("undoing leaves what is not this step's", async () => {
  const made = await withBoot();
  await made.write('boot/resole/kernel', 'never noted, so not ours');
  await fetchFile.undo(made.context);
  expect(await made.tree('/boot')).toEqual({ '/boot/resole/kernel': 'never noted, so not ours' });
});

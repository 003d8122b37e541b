import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { facts } from '../testing/facts.ts';
import { type Machine, machine } from '../testing/machine.ts';
import { armSystemdBoot } from './arm-systemd-boot.ts';

const variable = 'sys/firmware/efi/efivars/LoaderEntryOneShot-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f';

/** As efivarfs has it: four bytes of attributes, UTF-16, a NUL. */
const asVariable = (id: string) =>
  Buffer.concat([Buffer.from([7, 0, 0, 0]), Buffer.from(`${id}\0`, 'utf16le')]).toString('latin1');

async function withSystemdBoot(): Promise<Machine> {
  const made: Machine = await machine({
    facts: (root) => ({
      bootLoader: {
        kind: 'systemd-boot',
        boot: {
          ...facts.bootLoader.boot,
          ...{ filesystem: 'vfat', freeBytes: 1e9, stack: ['part', 'disk'] },
          ...{ directory: join(root, 'efi'), mountPoint: join(root, 'efi') },
        },
      },
    }),
    programs: {
      bootctl: async ([, id]) => {
        if (id) await writeFile(join(made.root, variable), asVariable(id), 'latin1');
        else await rm(join(made.root, variable));
        return '';
      },
    },
  });
  await made.write('efi/resole/kernel', 'K');
  await made.write('efi/resole/initrd', 'I');
  await made.write('efi/loader/entries/other.conf', 'title Other');
  const note = JSON.stringify({ folder: join(made.root, 'efi/resole') });
  await made.write('var/lib/resole/undo/job_aaaaaaaaaaaaaaaaaaaa/fetch-file.json', note);
  await made.write('sys/firmware/efi/efivars/Other-1', '');
  return made;
}

test('armed by bootctl, undone', async () => {
  const made = await withSystemdBoot();
  const before = { efi: await made.tree('/efi'), sys: await made.tree('/sys') };

  await armSystemdBoot.execute({ commandLine: 'quiet a="b c"' }, made.context);
  expect(
    (await made.tree('/efi'))['/efi/loader/entries/resole-job_aaaaaaaaaaaaaaaaaaaa.conf'],
  ).toMatchInlineSnapshot(`
      "title Resole job job_aaaaaaaaaaaaaaaaaaaa
      linux /resole/kernel
      initrd /resole/initrd
      options quiet a="b c"
      "
    `);
  await armSystemdBoot.undo(made.context);
  await armSystemdBoot.undo(made.context);
  expect(made.ran).toEqual([
    'bootctl set-oneshot resole-job_aaaaaaaaaaaaaaaaaaaa.conf',
    'bootctl set-oneshot ',
  ]);
  expect({ efi: await made.tree('/efi'), sys: await made.tree('/sys') }).toEqual(before);
});

test("an operator's own one-shot entry is put back, and a later one left alone", async () => {
  const made = await withSystemdBoot();
  const set = (id: string) => writeFile(join(made.root, variable), asVariable(id), 'latin1');
  await set('memtest.conf');
  await armSystemdBoot.execute({ commandLine: 'quiet' }, made.context);
  // A second try of the same job does not take its own entry for the operator's.
  await armSystemdBoot.execute({ commandLine: 'quiet' }, made.context);
  await armSystemdBoot.undo(made.context);
  expect(made.ran.at(-1)).toBe('bootctl set-oneshot memtest.conf');

  await armSystemdBoot.execute({ commandLine: 'quiet' }, made.context);
  await set('other.conf');
  const ran = made.ran.length;
  await armSystemdBoot.undo(made.context);
  expect(made.ran.slice(ran)).toEqual([]);
});

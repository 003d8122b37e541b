import { expect, test } from 'vitest';
import { failing, type Machine, machine, type Programs } from '../testing/machine.ts';
import { armKexec } from './arm-kexec.ts';

const args = { commandLine: 'quiet', secureBoot: false };
const folder = '/var/lib/resole/staging/job_aaaaaaaaaaaaaaaaaaaa';
const load = `-l ${folder}/kernel --initrd=${folder}/initrd --command-line=quiet`;

/** A machine whose kexec loads and unloads, except in the ways named. */
async function withKexec(refuse: string[]): Promise<Machine> {
  const kexec: Programs['kexec'] = async (given) => {
    if (given.some((arg) => refuse.includes(arg))) failing(`no ${given[0]}`)();
    await made.write('sys/kernel/kexec_loaded', given.includes('-u') ? '0\n' : '1\n');
    return '';
  };
  const made: Machine = await machine({ programs: { kexec } });
  await made.write('sys/kernel/kexec_loaded', '0\n');
  await made.write(`${folder}/kernel`, 'K');
  await made.write(`${folder}/initrd`, 'I');
  return made;
}

test('kexec_file_load first, undone', async () => {
  const made = await withKexec([]);
  await armKexec.execute(args, made.context);
  await armKexec.undo(made.context);
  await armKexec.undo(made.context);
  expect(made.ran).toEqual([`kexec -s ${load}`, 'kexec -s -u']);
});

test('the older call where the first fails; not with Secure Boot', async () => {
  const made = await withKexec(['-s']);
  await armKexec.execute(args, made.context);
  expect(made.ran).toEqual([`kexec -s ${load}`, `kexec -c ${load}`]);

  const secure = await withKexec(['-s']);
  await expect(
    armKexec.execute({ ...args, secureBoot: true }, secure.context),
  ).rejects.toMatchObject({ code: 'secure-boot-unsigned' });
  expect(secure.ran).toEqual([]);
});

test('failures say which', async () => {
  const none = await withKexec(['-l']);
  await expect(armKexec.execute(args, none.context)).rejects.toMatchObject({
    code: 'kexec-failed',
  });
  const missing = await machine();
  await missing.write(`${folder}/kernel`, 'K');
  await missing.write(`${folder}/initrd`, 'I');
  await expect(armKexec.execute(args, missing.context)).rejects.toMatchObject({
    code: 'kexec-missing',
  });
});

test('what another has loaded is not unloaded', async () => {
  const made = await withKexec([]);
  await made.write('sys/kernel/kexec_loaded', '1\n');
  await armKexec.undo(made.context);
  expect(made.ran).toEqual([]);
});

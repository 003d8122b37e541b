/** Under UEFI: OVMF's own network driver loads iPXE by TFTP, which starts the installer that waits. */
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test, vi } from 'vitest';
import { IPXE_PATH } from '../../packages/controller/src/plan/ipxe.ts';
import { accelerator, acceleratorArgs } from '../support/accel.ts';
import { bootNet } from '../support/boot-net.ts';
import { efiProgram } from '../support/efi-program.ts';
import { firmwareJob, mac } from '../support/firmware-job.ts';
import { firmwareOf } from '../support/qemu-args.ts';

test('UEFI firmware is given iPXE, and iPXE the installer', async () => {
  const net = await bootNet({ folder: '/usr/lib/ipxe', program: 'snponly.efi' }, IPXE_PATH);
  onTestFinished(net.stop);
  const { folder, app, base, job } = await firmwareJob(efiProgram(), () => net.url);
  await app.listen({ path: net.socket });
  const variables = join(folder, 'variables');
  await copyFile(firmwareOf(true).variables, variables);
  const serial = join(folder, 'serial');
  await writeFile(serial, '');
  const machine = execa(
    'setpriv',
    [
      ...['--pdeathsig', 'KILL', ...net.inside, 'qemu-system-x86_64', '-machine', 'q35'],
      ...acceleratorArgs[await accelerator()],
      ...['-m', '256', '-nodefaults', '-display', 'none', '-serial', `file:${serial}`],
      ...['-drive', `if=pflash,format=raw,unit=0,readonly=on,file=${firmwareOf(true).code}`],
      ...['-drive', `if=pflash,format=raw,unit=1,file=${variables}`],
      // Firmware without random numbers boots from no network.
      ...[
        '-object',
        'rng-random,id=rng0,filename=/dev/urandom',
        '-device',
        'virtio-rng-pci,rng=rng0',
      ],
      ...net.card(mac),
    ],
    { reject: false },
  );
  onTestFinished(async () => {
    machine.kill('SIGKILL');
    await machine;
  });
  await vi.waitFor(
    async () => expect(await readFile(serial, 'latin1')).toContain('console=ttyS0\n'),
    { timeout: 150_000, interval: 200 },
  );
  const shown = await readFile(serial, 'latin1');
  // An EFI stub loads the initrd that this names from iPXE's own file system.
  expect(shown).toContain(`initrd=initrd resole.answer=${base()}/answer-file console=ttyS0\n`);
  expect((await job()).events.map(({ type }) => type)).toEqual([
    'boot-script-fetched',
    'boot-files-fetched',
  ]);
}, 180_000);

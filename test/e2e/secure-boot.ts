import { strict as assert } from 'node:assert';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Facts, JobView } from '@resole/protocol';
import { builtDistro } from '../support/artefacts.ts';
import { addProfile } from '../support/inventory.ts';
import { describe, phases, waitForState } from '../support/job.ts';
import { secureOs } from '../support/secure-os.ts';
import type { Server } from '../support/server.ts';
import { runScript, waitForSsh } from '../support/ssh.ts';
import { traces } from './refusals.ts';
import { expectReturned, startReinstall, untilState } from './reinstalled.ts';
import type { EndToEndTest, World } from './world.ts';

/** Without its signature: the certificate table of the PE header is empty (Microsoft, "PE Format"). */
const strip = (kernel: Buffer): void => {
  const optionalHeader = kernel.readUInt32LE(0x3c) + 24;
  assert.equal(kernel.readUInt16LE(optionalHeader), 0x20b, 'the kernel is a PE32+ image');
  kernel.fill(0, optionalHeader + 112 + 4 * 8, optionalHeader + 112 + 5 * 8);
};

/** With a signature of something else than what it is now. */
const tamper = (kernel: Buffer): void => {
  const middle = Math.floor(kernel.length / 2);
  kernel.writeUInt8(kernel.readUInt8(middle) ^ 1, middle);
};

/** The archive's distro with another kernel, whose checksum is right. */
const addKernel = async (
  { controller }: World,
  name: string,
  change: (kernel: Buffer) => void,
): Promise<void> => {
  const distro = await builtDistro('archive');
  assert.ok(distro.kernel, 'the distro boots a kernel');
  const kernel = await readFile(distro.kernel.path);
  change(kernel);
  const folder = join(controller.options.dataDir, name);
  const path = join(folder, 'vmlinuz');
  await mkdir(folder);
  await writeFile(path, kernel);
  await controller.add('distro', { ...distro, name, kernel: { path } });
  await controller.add('profile', { name, distro: name });
};

/** Says 1 where Secure Boot is on, and how the kernel has locked itself down. */
const secured = `
od -An -tu1 -j4 -N1 /sys/firmware/efi/efivars/SecureBoot-* | tr -d ' '
cat /sys/kernel/security/lockdown
`;

const expectSecured = async ({ guest }: Server): Promise<void> =>
  assert.equal((await runScript(guest, secured)).trim(), '1\nnone [integrity] confidentiality');

const expectFailed = async (world: World, { id }: JobView, code: string): Promise<void> => {
  const job = await untilState(world, id, 'failed', 120);
  assert.equal(job.error?.code, code, describe(job));
  world.note(code, job.error?.message);
};

export const secureBoot: EndToEndTest = {
  about: 'Secure Boot stays on: wrong kernels are refused, also by shim; an archive by kexec',
  memoryMiB: 2048,
  installs: ['archive'],
  run: async (world) => {
    const { controller, old } = world;
    await addProfile(controller, old, 'archive');
    await addKernel(world, 'unsigned', strip);
    await addKernel(world, 'tampered', tamper);
    const server = await world.server({ os: await secureOs(), uefi: 'secure-boot' });
    await expectSecured(server);
    const facts = await controller.cli<Facts>(['agent', 'facts', server.name]);
    assert.equal(facts.secureBoot, true);

    const before = await runScript(server.guest, traces);
    for (const [profile, code] of [
      ['unsigned', 'secure-boot-unsigned'],
      ['tampered', 'kexec-failed'],
    ] as const) {
      await expectFailed(world, await startReinstall(world, server, profile, 'kexec'), code);
      assert.equal(await runScript(server.guest, traces), before, `${code} changed the machine`);
    }

    // What only shim can tell: GRUB may not start it, and goes back to the old OS.
    const { id } = await startReinstall(world, server, 'tampered', 'boot-once');
    const rolledBack = await waitForState(controller, id, ['rolled-back'], 600);
    world.note('rolled back, phases (s)', phases(rolledBack));
    await waitForSsh(server.guest, 300);

    const from = server.vm.serial.mark();
    const job = await startReinstall(world, server, 'archive', 'kexec');
    // The installer's kernel, started by the old one, which has looked at its signature.
    await server.vm.serial.waitFor(/locked down from EFI Secure Boot/, {
      timeoutSeconds: 400,
      from,
    });
    await expectReturned(world, server, job.id, 900);
    await expectSecured(server);
  },
};

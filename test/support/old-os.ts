/** The "existing server" of the tests: a plain Debian with GRUB, ssh and kexec-tools on one disk. */
import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { bootstrap, debianMirror } from '../../packages/controller/src/build/debian.ts';
import { makeDisk } from '../../packages/controller/src/build/disk.ts';
import { cached } from './cache.ts';
import { firstGrubConfig, oldOsFiles, rootLabel } from './old-os-files.ts';
import { type Guest, run, runScript, waitForSsh } from './ssh.ts';
import { Vm } from './vm.ts';

const suite = 'bookworm';

const packages = [
  ...['linux-image-cloud-amd64', 'initramfs-tools', 'zstd', 'systemd-sysv', 'dbus', 'udev'],
  ...[
    'openssh-server',
    'kexec-tools',
    'grub-pc',
    'grub-efi-amd64-bin',
    'efibootmgr',
    'systemd-boot',
  ],
  ...['iproute2', 'curl', 'ca-certificates', 'libstdc++6'],
];

const enabled = ['systemd-networkd', 'ssh', 'serial-getty@ttyS0', 'announce'];

/** They would start at a moment of their own and make measurements differ. */
const masked = [
  ...['apt-daily.timer', 'apt-daily-upgrade.timer', 'dpkg-db-backup.timer'],
  ...['e2scrub_all.timer', 'e2scrub_reap.service', 'fstrim.timer'],
  ...['systemd-networkd-wait-online.service', 'systemd-timesyncd.service'],
];

/** On a console line when the old OS is up. */
export const oldOsUp = /### UP old-os boot=[0-9a-f-]{36}/;

export interface OldOs {
  /** Disk image for `Vm.start({ base })`: boots under BIOS and UEFI, 4 GiB, mostly empty. */
  base: string;
  /** Private key that its root lets in. */
  key: string;
}

/**
 * The existing server's disk and key, from the cache or built now (about a minute and a half in
 * emulation). Needs root and the packages of scripts/lib/requirements.ts.
 * @param say is told what happens, phase by phase
 */
export async function oldOs(say: (line: string) => void = () => {}): Promise<OldOs> {
  const key = join(await cached('ssh-key', 1, makeKey), 'id_ed25519');
  const publicKey = await readFile(`${key}.pub`, 'utf8');
  // Part of the key: whatever changes the disk. Raise the number when the steps below change.
  const inputs = [1, suite, packages, enabled, masked, oldOsFiles, firstGrubConfig(''), publicKey];
  const folder = await cached('old-os', inputs, async (work) => {
    const root = join(work, 'root');
    say(`the existing server: installing Debian ${suite} into a folder`);
    await makeRoot(root, publicKey);
    say('the existing server: making its disk');
    const raw = join(work, 'first.raw');
    await makeDisk({ root, output: raw, sizeMiB: 4096, label: rootLabel });
    await rm(root, { recursive: true, force: true });
    const first = join(work, 'first.qcow2');
    await convert(raw, first);
    await rm(raw);
    say('the existing server: its first boot, in which it installs its bootloader');
    await derive({ base: first, key }, join(work, 'disk.qcow2'), installBootloader);
    await rm(first);
  });
  return { base: join(folder, 'disk.qcow2'), key };
}

/**
 * Boots a disk, lets `change` work in it, shuts it down cleanly and keeps the result as a disk of
 * its own.
 */
export async function derive(
  { base, key }: OldOs,
  output: string,
  change: (guest: Guest) => Promise<void>,
): Promise<void> {
  const vm = await Vm.start({ name: 'prepare', base });
  try {
    await vm.serial.waitFor(oldOsUp, { timeoutSeconds: 240 });
    const guest = { port: vm.sshPort, key };
    await waitForSsh(guest, 60);
    await change(guest);
    await run(guest, ['systemctl', 'poweroff']);
    await vm.waitForOff(120);
    await convert(vm.files.disk, `${output}.new`);
    await chmod(`${output}.new`, 0o444);
    await rename(`${output}.new`, output);
  } finally {
    await vm.stop();
  }
}

/** A Debian root file system that is ours from its first boot. */
async function makeRoot(root: string, publicKey: string): Promise<void> {
  const files = `${root}.files`;
  await writeFiles(files, {
    ...oldOsFiles,
    'root/.ssh/authorized_keys': { text: publicKey, mode: 0o600 },
  });
  await chmod(join(files, 'root'), 0o700);
  await chmod(join(files, 'root/.ssh'), 0o700);
  // Before the kernel comes: its package makes the initrd after these settings, once.
  const hooks = [['essential', `cp -a '${files}/.' "$1/"`]] as const;
  const mirror = await debianMirror();
  await bootstrap({ suite, mirror, variant: 'apt', include: packages, target: root, hooks });
  await rm(files, { recursive: true });
  await execa('chroot', [root, 'systemctl', 'enable', ...enabled]);
  await execa('chroot', [root, 'systemctl', 'mask', ...masked]);
  const kernel = (await readdir(join(root, 'boot'))).find((name) => name.startsWith('vmlinuz-'));
  if (kernel === undefined) throw new Error('the kernel package brought no kernel');
  await writeFiles(root, {
    'boot/grub/grub.cfg': { text: firstGrubConfig(kernel.slice('vmlinuz-'.length)) },
    // Else Debian's kexec-tools makes a kexec of every reboot.
    'etc/default/kexec': { text: 'LOAD_KEXEC=false\nUSE_GRUB_CONFIG=false\n' },
  });
  await mkdir(join(root, 'boot/efi'), { recursive: true });
  // A machine ID and host keys of its own come with the first boot and stay.
  await writeFile(join(root, 'etc/machine-id'), '');
}

/** As Debian's installer leaves it, for both firmwares. */
async function installBootloader(guest: Guest): Promise<void> {
  await runScript(
    guest,
    `export LC_ALL=C
grub-install --target=i386-pc "$(readlink -f /dev/disk/by-id/virtio-RESOLE0001)"
grub-install --target=x86_64-efi --efi-directory=/boot/efi --removable --no-nvram
update-grub
rm -f /root/.bash_history
`,
    [],
    { timeoutSeconds: 300 },
  );
}

async function writeFiles(
  root: string,
  files: Readonly<Record<string, { text: string; mode?: number }>>,
): Promise<void> {
  for (const [path, { text, mode = 0o644 }] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
    await chmod(join(root, path), mode);
  }
}

const convert = (from: string, to: string) =>
  execa('qemu-img', ['convert', '-O', 'qcow2', '-W', from, to]);

const makeKey = async (folder: string) => {
  const file = join(folder, 'id_ed25519');
  await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'resole-test', '-f', file]);
};

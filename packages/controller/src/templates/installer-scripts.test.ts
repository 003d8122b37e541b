import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { answerVariables } from './answer-file.fixture.ts';
import { readShipped } from './library.ts';
import { render } from './render.ts';

/** The answer files' scripts, run for real on a machine that is a folder. */
const templates = await readShipped(join(import.meta.dirname, '../../templates'));
const executable = Buffer.from('the agent');
const sha256 = createHash('sha256').update(executable).digest('hex');
const variables = {
  ...answerVariables,
  distro: { name: 'alma-9', breed: 'redhat', version: '9.4', major: 9, arch: 'x86_64' },
  agent: { ...answerVariables.agent, sha256 },
};

let machine: string;

const put = async (path: string, text: string | Buffer, mode?: number) => {
  const file = join(machine, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  if (mode !== undefined) await chmod(file, mode);
};

const disk = async (name: string, serial: string, bytes: number) => {
  await put(`sys/block/${name}/size`, `${bytes / 512}\n`);
  await put(`sys/block/${name}/serial`, `${serial}   \n`);
};

/** Programs of the installer: what they are told is written down, and they do no more than that. */
const programs: Record<string, string> = {
  curl: `case "$*" in
  *agent.gz) while [ "$1" != -o ]; do shift; done; cp "$MACHINE/agent.gz" "$2"; printf 200 ;;
  *) for word; do case $word in phase=* | message=* | percent=*) said="$said $word" ;; http*) url=$word ;; esac; done
     echo "\${url##*/}$said" >>"$MACHINE/said"; printf 204 ;;
esac`,
  reboot: 'echo reboot >>"$MACHINE/said"; kill "$PPID"',
  lsblk: 'echo "$MACHINE/old"',
  blkid: 'echo ext4',
  journalctl: 'echo begun',
  systemctl: 'cat "$MACHINE/failed-units" 2>/dev/null; exit 0',
  curtin: 'echo "curtin $*" >>"$MACHINE/said"',
  mount: 'for at; do :; done; mkdir -p "$at/etc/ssh"; echo old >"$at/etc/ssh/ssh_host_ed25519_key"',
  umount: 'rm -rf "$1"',
  lvm: 'exit 5',
  chroot: 'exit 0',
  chown: 'exit 0',
  sync: 'exit 0',
  sleep: 'exec /bin/sleep 0.3',
};

beforeEach(async () => {
  machine = await mkdtemp(join(tmpdir(), 'resole-installer-'));
  for (const [name, text] of Object.entries(programs))
    await put(`bin/${name}`, `#!/bin/bash\n${text}\n`, 0o755);
  await put('agent.gz', gzipSync(executable));
});

afterEach(async () => {
  const follower = await readFile(join(machine, 'run/follower'), 'utf8').catch(() => undefined);
  if (follower !== undefined) {
    try {
      process.kill(Number(follower));
    } catch {
      // It has ended.
    }
  }
  await rm(machine, { recursive: true, force: true, maxRetries: 5 });
});

const run = async (template: string, own: object = {}, args: readonly string[] = []) => {
  const script = render(template, templates, { ...variables, ...own })
    .replaceAll('/run/resole', join(machine, 'run'))
    .replaceAll('/sys/block', join(machine, 'sys/block'))
    .replaceAll(/\/mnt\b/g, join(machine, 'mnt'))
    .replaceAll(/(?<=[ =>])\/target\b/g, join(machine, 'target'))
    .replaceAll('/autoinstall.yaml', join(machine, 'autoinstall.yaml'))
    .replaceAll('/var/log/installer', join(machine, 'log'))
    .replaceAll('/var/log/YaST2', join(machine, 'log'))
    .replaceAll(/target=\/$/gm, `target=${join(machine, 'mnt')}`)
    .replaceAll('/tmp/profile', join(machine, 'profile'))
    .replaceAll('+ 20))', '+ 0))');
  const { stdout, stderr, exitCode } = await execa('bash', ['-s', '--', ...args], {
    input: script,
    reject: false,
    env: { PATH: `${join(machine, 'bin')}:${process.env.PATH}`, MACHINE: machine },
  });
  const said = await readFile(join(machine, 'said'), 'utf8').catch(() => '');
  return { said: said.trim().split('\n'), output: `${stdout}\n${stderr}`, exitCode };
};

const text = (path: string) => readFile(join(machine, path), 'utf8');

test('the disk of the job is found, the keys of the old system are saved', async () => {
  await disk('sda', 'OTHER', 4_294_967_296);
  await disk('vdb', 'RESOLE0001', 4_294_967_296);
  const { said, output } = await run('anaconda/pre.sh');
  expect(said, output).toEqual([
    'start phase=start',
    'progress phase=disk percent=0',
    'progress phase=partition percent=0',
  ]);
  expect(await text('run/disk.ks')).toBe(
    'ignoredisk --only-use=vdb\nclearpart --all --initlabel --drives=vdb\n',
  );
  expect(await text('run/ssh/ssh_host_ed25519_key')).toBe('old\n');
});

test("the operator's no to keeping keys", async () => {
  await disk('vdb', 'RESOLE0001', 4_294_967_296);
  await run('anaconda/pre.sh', { vars: { keep_ssh_host_keys: false } });
  await expect(text('run/ssh/ssh_host_ed25519_key')).rejects.toThrow('ENOENT');
});

const unfit: [string, () => Promise<void>, RegExp][] = [
  [
    'no disk',
    async () => disk('sda', 'OTHER', 4_294_967_296),
    /no single disk is serial:RESOLE0001/,
  ],
  [
    'two disks',
    async () => {
      await disk('sda', 'RESOLE0001', 4_294_967_296);
      await disk('sdb', 'RESOLE0001', 4_294_967_296);
    },
    /no single disk is serial:RESOLE0001/,
  ],
  ['another size', async () => disk('sda', 'RESOLE0001', 8_589_934_592), /has 8589934592 bytes/],
  [
    'another agent',
    async () => {
      await disk('sda', 'RESOLE0001', 4_294_967_296);
      await put('agent.gz', gzipSync('not the agent'));
    },
    /the agent has SHA-256 [0-9a-f]{64}, not/,
  ],
];

test.each(unfit)('%s: it says so, touches nothing and reboots', async (_what, prepare, reason) => {
  await prepare();
  for (const template of ['anaconda/pre.sh', 'autoyast/pre.sh', 'agama/pre.sh']) {
    await rm(join(machine, 'said'), { force: true });
    await put('profile/autoinst.xml', '<device>/dev/resole-target</device>');
    const { said, output } = await run(template);
    expect(said.at(-2), output).toMatch(reason);
    expect(said.at(-2)).toMatch(/^failed /);
    expect(said.at(-1)).toBe('reboot');
    await expect(text('run/disk.ks')).rejects.toThrow('ENOENT');
    await expect(text('profile/modified.xml')).rejects.toThrow('ENOENT');
  }
});

test('AutoYaST goes on with the disk that was found', async () => {
  await disk('nvme0n1', 'RESOLE0001', 4_294_967_296);
  await put('profile/autoinst.xml', '<device>/dev/resole-target</device>');
  const { output } = await run('autoyast/pre.sh');
  expect(await text('profile/modified.xml'), output).toBe('<device>/dev/nvme0n1</device>');
});

test.each([
  ['anaconda/post.sh', 'mnt/sysimage', 'etc/NetworkManager/system-connections/enp1s0.nmconnection'],
  ['agama/post.sh', 'mnt', 'etc/NetworkManager/system-connections/enp1s0.nmconnection'],
  ['autoyast/chroot.sh', 'mnt', 'etc/sysconfig/network/ifcfg-enp1s0'],
])('%s finishes the new system', async (template, target, network) => {
  await put(`${target}/etc/os-release`, 'ID=test\n');
  await put(`${target}/etc/sysconfig/network/ifcfg-eth9`, 'left by the installer');
  await put('run/ssh/ssh_host_ed25519_key', 'old\n');
  const zypp = `${target}/etc/zypp/repos.d`;
  await put(`${zypp}/installed-from.repo`, `[a]\nbaseurl=${variables.urls.tree}?x=1\n`);
  await put(`${zypp}/modules.repo`, `[b]\nbaseurl=${variables.urls.tree}/Module-Basesystem\n`);
  await put(`${zypp}/other.repo`, '[c]\nbaseurl=http://rpm.example.org/\n');
  const script =
    template === 'anaconda/post.sh' ? {} : { distro: { ...variables.distro, breed: 'suse' } };
  const { said, output } = await run(template, script);
  expect(said.at(-1), output).toBe('done phase=finish percent=100 message=installed');
  const at = (path: string) => join(target, path);
  const mode = async (path: string) => (await stat(join(machine, at(path)))).mode & 0o777;
  expect(await text(at('usr/local/bin/resole-agent'))).toBe('the agent');
  expect(await text(at('etc/resole/join-token'))).toBe(variables.agent.join_token);
  expect(await text(at('etc/systemd/system/resole-agent.service'))).toBe(variables.agent.unit);
  expect(await text(at('root/.ssh/authorized_keys'))).toBe(`${variables.ssh.authorized_keys[0]}\n`);
  expect(await text(at('etc/ssh/ssh_host_ed25519_key'))).toBe('old\n');
  expect(await readdir(join(machine, zypp))).toEqual(['other.repo']);
  expect(await text(at(network))).toMatch(/method=auto|BOOTPROTO='dhcp4'/);
  expect([
    await mode('etc/resole/join-token'),
    await mode('usr/local/bin/resole-agent'),
    await mode('root/.ssh/authorized_keys'),
    await mode('etc/ssh/ssh_host_ed25519_key'),
  ]).toEqual([0o600, 0o755, 0o600, 0o600]);
  if (template === 'autoyast/chroot.sh') {
    expect(await readdir(join(machine, at('etc/sysconfig/network')))).not.toContain('ifcfg-eth9');
  }
});

test('a step that fails is told, and the machine rebooted', async () => {
  await put('mnt/sysimage/etc/os-release', 'ID=test\n');
  await put('mnt/sysimage/etc/resole', 'a file where a folder must be');
  const { said, output } = await run('anaconda/post.sh');
  expect(said.slice(-2), output).toEqual([
    expect.stringMatching(/^failed phase=agent message=line \d+ of the script failed$/),
    'reboot',
  ]);
});

const heard = async (what: RegExp): Promise<string[]> => {
  let said: string[] = [];
  await expect
    .poll(async () => {
      said = (await text('said')).trim().split('\n');
      return said.join('\n');
    })
    .toMatch(what);
  return said;
};

test('an installer that waits for somebody is noticed, and the machine rebooted', async () => {
  await disk('vdb', 'RESOLE0001', 4_294_967_296);
  await put('profile/autoinst.xml', '<device>/dev/resole-target</device>');
  await put('log/y2log', 'begun\nasks for a key\n');
  await run('autoyast/pre.sh', { vars: { installer_patience: 0 } });
  expect(await heard(/reboot/)).toContain(
    'failed phase=install message=nothing happens any more; last: asks for a key',
  );
});

test("the failure of Agama's unit is that of the job", async () => {
  await put('failed-units', 'agama-autoinstall.service loaded failed failed Agama\n');
  await put('run/agama.log', '');
  const script = render('agama/pre.sh', templates, variables);
  const watch = /^notice_failure\(\) \{\n {2}local[\s\S]*?^\}/m.exec(script)?.[0] ?? '';
  const { stdout } = await execa('bash', ['-s'], {
    input: `state=${machine}/run\ndie() { echo "$phase: $*"; exit; }\n${watch}\nnotice_failure\n`,
    env: { PATH: `${join(machine, 'bin')}:${process.env.PATH}`, MACHINE: machine },
  });
  expect(stdout.trim()).toBe("install: the installer's agama-autoinstall.service failed:");
});

test('subiquity, early: its own file gets the disk that was found', async () => {
  await disk('sda', 'OTHER', 4_294_967_296);
  await disk('nvme0n1', 'RESOLE0001', 4_294_967_296);
  await put('autoinstall.yaml', 'match:\n  path: "@RESOLE_DISK@"\n');
  const { said, output } = await run('subiquity/script.sh', {}, ['early']);
  expect(said, output).toEqual([
    'start phase=start',
    'progress phase=disk percent=0',
    'progress phase=download percent=0',
    'progress phase=install percent=0',
  ]);
  expect(await text('autoinstall.yaml')).toBe('match:\n  path: "/dev/nvme0n1"\n');
  expect(await text('run/ssh/ssh_host_ed25519_key')).toBe('old\n');
});

test('subiquity, early: a disk that is not there, and a file that cannot be given it', async () => {
  await put('autoinstall.yaml', 'match:\n  path: "@RESOLE_DISK@"\n');
  const missing = await run('subiquity/script.sh', {}, ['early']);
  expect(missing.said.slice(-2), missing.output).toEqual([
    expect.stringMatching(/^failed phase=disk message=no single disk is serial:RESOLE0001/),
    'reboot',
  ]);
  expect(await text('autoinstall.yaml')).toContain('@RESOLE_DISK@');
  await rm(join(machine, 'said'));
  await disk('sda', 'RESOLE0001', 4_294_967_296);
  await put('autoinstall.yaml', 'nothing to fill in\n');
  const unfit = await run('subiquity/script.sh', {}, ['early']);
  expect(unfit.said.slice(-2), unfit.output).toEqual([
    expect.stringMatching(
      /^failed phase=disk message=.*autoinstall.yaml cannot be given the disk$/,
    ),
    'reboot',
  ]);
});

test('subiquity, late: the new system is finished', async () => {
  await put('target/etc/os-release', 'ID=ubuntu\n');
  await put('run/ssh/ssh_host_ed25519_key', 'old\n');
  await put('run/follower', '999999999\n');
  const { said, output } = await run('subiquity/script.sh', {}, ['late']);
  expect(said, output).toEqual([
    'progress phase=configure percent=0',
    expect.stringMatching(/^curtin in-target --target=.*\/target -- update-grub$/),
    'done phase=configure percent=100 message=installed',
  ]);
  expect(await text('target/usr/local/bin/resole-agent')).toBe('the agent');
  expect(await text('target/root/.ssh/authorized_keys')).toBe(
    `${variables.ssh.authorized_keys[0]}\n`,
  );
  expect(await text('target/etc/ssh/ssh_host_ed25519_key')).toBe('old\n');
  expect(await text('target/etc/default/grub.d/resole.cfg')).toBe(
    'GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX "console=tty0\\ console=ttyS0\n',
  );
});

test('subiquity, error: the last words of its log are the reason', async () => {
  await put('log/subiquity-server-debug.log', 'fine\nERROR: no archive\nlast\n');
  const { said, output } = await run('subiquity/script.sh', {}, ['error']);
  expect(said.slice(-2), output).toEqual([
    'failed phase=start message=ERROR: no archive',
    'reboot',
  ]);
});

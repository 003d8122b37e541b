import { strict as assert } from 'node:assert';
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { debianMirror } from '../../packages/controller/src/build/debian.ts';
import { debName, makeDeb } from '../../scripts/lib/package-agent/deb.ts';
import { makeRpm, rpmName } from '../../scripts/lib/package-agent/rpm.ts';
import { agentFolder } from '../support/artefacts.ts';
import { cached, repository } from '../support/cache.ts';
import { type Chroot, debianChroot } from '../support/chroot.ts';
import type { ControllerProcess } from '../support/controller.ts';
import { openRc } from './agent-openrc.ts';
import type { EndToEndTest, World } from './world.ts';

const ARCH = 'x86_64';
const executable = join(agentFolder, `resole-agent-${ARCH}`);

/** The libraries of Debian's arm64, nothing of which has to run while they are put in place. */
const arm64Libraries = async (): Promise<string> => {
  const mirror = await debianMirror();
  const folder = await cached('arm64-libraries', { mirror }, async (work) => {
    const flags = ['--mode=root', '--variant=extract', '--architectures=arm64'];
    const include = '--include=libc6,libgcc-s1,libstdc++6';
    await execa('mmdebstrap', [...flags, include, 'bookworm', join(work, 'root'), mirror]);
  });
  return join(folder, 'root');
};

/** The executable for aarch64 is one, and runs. */
const otherArch = async (): Promise<string> => {
  const other = join(agentFolder, 'resole-agent-aarch64');
  const { stdout: kind } = await execa('file', ['--brief', other]);
  assert.match(kind, /^ELF 64-bit LSB .*ARM aarch64/);
  const args = ['-L', await arm64Libraries(), other, '--version'];
  return (await execa('qemu-aarch64-static', args)).stdout;
};

/** What `agent.sh` is fetched and run by; the pin makes the fetching itself safe. */
const oneLiner = (client: 'curl' | 'wget', url: string, pin: string, args: string): string => {
  const fetch =
    client === 'curl'
      ? `curl -fsSLk --pinnedpubkey sha256//${pin} ${url}/agent.sh`
      : `wget -qO- --no-check-certificate --pinnedpubkey=sha256//${pin} ${url}/agent.sh`;
  return `${fetch} | sh -s -- --controller ${url} ${args}`;
};

interface Agents {
  systemName: string;
  online: boolean;
}

/** What tests of the script work with. */
interface Setting {
  chroot: Chroot;
  controller: ControllerProcess;
  url: string;
  pin: string;
  token(): Promise<string>;
}

const setUp = async (controller: ControllerProcess, chroot: Chroot): Promise<Setting> => {
  const url = `https://127.0.0.1:${controller.apiPort}`;
  const { stdout: key } = await execa(
    'openssl',
    [
      ...['pkey', '-in', join(controller.options.dataDir, 'trust/server.key')],
      ...['-pubout', '-outform', 'DER'],
    ],
    { encoding: 'buffer' },
  );
  const { stdout: digest } = await execa('openssl', ['dgst', '-sha256', '-binary'], {
    ...{ input: key, encoding: 'buffer' },
  });
  const pin = Buffer.from(digest).toString('base64');
  const token = async () =>
    (await controller.cli<string>(['token', 'create', '--quiet'], false)).trim();
  return { chroot, controller, url, pin, token };
};

const install = async (setting: Setting, client: 'curl' | 'wget', args = '') =>
  setting.chroot.run(oneLiner(client, setting.url, setting.pin, args), {
    RESOLE_TOKEN: await setting.token(),
  });

/** A pin that is another's, a token of another controller, a download that was changed. */
const refusals = async (setting: Setting, world: World): Promise<void> => {
  const { chroot, url, pin, token } = setting;
  const good = await token();
  const env = { RESOLE_TOKEN: good };
  const wrongPin = await chroot.tryRun(oneLiner('curl', url, `${'A'.repeat(43)}=`, ''), env);
  const last = good.endsWith('A') ? 'B' : 'A';
  const script = oneLiner('curl', url, pin, '');
  const wrongCa = await chroot.tryRun(script, {
    RESOLE_TOKEN: `${good.slice(0, -20)}${last.repeat(20)}`,
  });
  assert.match(wrongCa.all, /ca-mismatch/);
  const changed = join(agentFolder, 'resole-agent.cjs');
  const original = await readFile(changed);
  await writeFile(changed, Buffer.concat([original, Buffer.from('\n')]));
  const damaged = await chroot
    .tryRun(oneLiner('curl', url, pin, '--as bundle'), env)
    .finally(() => writeFile(changed, original));
  assert.match(damaged.all, /checksum-mismatch/);
  for (const { code, all } of [wrongCa, damaged]) assert.notEqual(code, 0, all);
  assert.equal(wrongPin.all.includes('installing'), false, wrongPin.all);
  const left = await chroot.run(
    'ls -d /usr/bin/resole-agent /usr/local/bin/resole-agent /var/lib/resole /tmp/* 2>/dev/null || :',
  );
  assert.equal(left, '', 'a refusal has left something behind');
  world.note('refused', ['another pin', 'token of another controller', 'changed download']);
};

/** Install by the script, run, upgrade, remove, purge. */
const debianPackage = async (setting: Setting, world: World): Promise<void> => {
  const { chroot, controller } = setting;
  await install(setting, 'curl');
  assert.match(await chroot.run('dpkg -s resole-agent'), /^Status: install ok installed$/m);
  await chroot.run('test -L /etc/systemd/system/multi-user.target.wants/resole-agent.service');
  await chroot.run('systemd-analyze verify /lib/systemd/system/resole-agent.service');
  const connected = chroot.run('timeout 20 resole-agent run; test $? -eq 124');
  for (let tries = 0; ; tries += 1) {
    const agents = await controller.get<Agents[]>('/v1/agents');
    if (agents.some(({ online }) => online)) break;
    assert.ok(tries < 60, 'the installed agent never connected');
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  await connected;
  const state = 'cd /var/lib/resole && find . -type f | sort | xargs sha256sum; stat -c "%a %n" .';
  await chroot.run('mkdir -p /var/lib/resole/journal && echo "{}" > /var/lib/resole/journal/kept');
  await chroot.run('echo "logLevel: debug" >> /etc/resole/agent.yaml');
  const before = await chroot.run(state);

  const folder = await mkdtemp(join(tmpdir(), 'resole-agent-package-'));
  try {
    await makeDeb({ version: '99.0.0', arch: ARCH, executable }, folder);
    await copyFile(join(folder, debName('99.0.0', ARCH)), join(chroot.root, 'new.deb'));
  } finally {
    await rm(folder, { recursive: true });
  }
  await chroot.run('dpkg -i /new.deb && rm /new.deb');
  assert.match(await chroot.run('dpkg -s resole-agent'), /^Version: 99\.0\.0$/m);
  assert.equal(await chroot.run(state), before, 'the upgrade has changed the state');
  await chroot.run('grep -q "logLevel: debug" /etc/resole/agent.yaml');

  await chroot.run('dpkg --remove resole-agent');
  assert.equal(await chroot.run(state), before, 'the removal has changed the state');
  await chroot.run('test ! -e /usr/bin/resole-agent && test -e /etc/resole/agent.yaml');
  await chroot.run('test ! -e /etc/systemd/system/multi-user.target.wants/resole-agent.service');
  await chroot.run('dpkg --purge resole-agent');
  const left = 'find / -xdev \\( -name "*resole*" -o -path "/etc/resole*" \\) -not -path "/proc/*"';
  assert.equal(await chroot.run(left), '', 'the purge has left something behind');
  world.note('deb', 'installed by agent.sh and curl, connected, upgraded, removed, purged');
};

/** The forms without a package manager, by wget. */
const otherForms = async (setting: Setting, world: World): Promise<void> => {
  const { chroot } = setting;
  for (const form of ['executable', 'bundle']) {
    await install(setting, 'wget', `--as ${form}`);
    assert.match(await chroot.run('/usr/local/bin/resole-agent --version'), /^\d+\.\d+\.\d+$/);
    assert.match(await chroot.run('/usr/local/bin/resole-agent facts'), /"arch": "x86_64"/);
    await chroot.run('test -e /etc/systemd/system/resole-agent.service');
    await chroot.run(
      'rm -r /var/lib/resole /usr/local/bin/resole-agent /etc/systemd/system/*resole* /etc/systemd/system/*/resole* /etc/resole',
    );
  }
  world.note('without a package', ['executable', 'bundle under Node']);
};

/** The package for RPM systems: its scriptlets run in the Debian, where /bin/sh is all they need. */
const rpmPackage = async (chroot: Chroot, world: World): Promise<void> => {
  const rpm = (...args: string[]) =>
    execa('rpm', ['--root', chroot.root, '--dbpath', '/var/lib/rpm', '--nodeps', ...args]);
  const version = JSON.parse(await readFile(join(agentFolder, 'manifest.json'), 'utf8')).version;
  const folder = await mkdtemp(join(tmpdir(), 'resole-agent-rpm-'));
  try {
    await rpm('--install', join(agentFolder, rpmName(version, ARCH)));
    await chroot.run('test -L /etc/systemd/system/multi-user.target.wants/resole-agent.service');
    await chroot.run('resole-agent --version && rm -f /var/log/lastlog');
    await chroot.run(
      'echo kept > /var/lib/resole/kept; echo "logLevel: debug" > /etc/resole/agent.yaml',
    );
    await makeRpm({ version: '99.0.0', arch: ARCH, executable }, folder);
    await rpm('--upgrade', join(folder, rpmName('99.0.0', ARCH)));
    assert.equal(
      await chroot.run('cat /var/lib/resole/kept /etc/resole/agent.yaml'),
      'kept\nlogLevel: debug',
    );
    await chroot.run('test -L /etc/systemd/system/multi-user.target.wants/resole-agent.service');
    await rpm('--erase', 'resole-agent');
    await chroot.run('test ! -e /usr/bin/resole-agent && test -e /var/lib/resole/kept');
    await chroot.run('test ! -e /etc/systemd/system/multi-user.target.wants/resole-agent.service');
  } finally {
    await rm(folder, { recursive: true });
  }
  const list = ['--query', '--package', '--list', join(agentFolder, rpmName(version, 'aarch64'))];
  assert.match((await execa('rpm', list)).stdout, /^\/usr\/bin\/resole-agent$/m);
  world.note('rpm', 'installed, upgraded and erased with its scriptlets; aarch64 unpacks');
};

/** Where no service manager keeps it running: started, killed, back again, stopped. */
const initScript = async (chroot: Chroot, world: World): Promise<void> => {
  const version = JSON.parse(await readFile(join(agentFolder, 'manifest.json'), 'utf8')).version;
  await copyFile(join(agentFolder, debName(version, ARCH)), join(chroot.root, 'agent.deb'));
  await chroot.run('dpkg -i /agent.deb && rm /agent.deb');
  await chroot.run(`
    set -e
    script=/etc/init.d/resole-agent
    pids() { for exe in /proc/[0-9]*/exe; do [ "$(readlink "$exe")" != /usr/bin/resole-agent ] || echo "$exe"; done | grep -o '[0-9]*'; }
    wait_for() { for _ in $(seq 50); do [ "$(pids | wc -l)" -eq "$1" ] && return; sleep 0.2; done; false; }
    $script status && exit 1
    $script start
    $script start
    wait_for 1
    $script status
    kill -9 "$(pids)"
    wait_for 0
    wait_for 1
    $script restart
    wait_for 1
    $script stop
    wait_for 0
    $script status && exit 1
    dpkg --purge resole-agent
  `);
  world.note('sysvinit script', 'start, status, kill -9 and back, restart, stop');
};

/** The exposure that systemd counts, 0 to 10: of the unit, and of one without its hardening. */
const exposure = async (): Promise<{ before: string; after: string }> => {
  const folder = await mkdtemp(join(tmpdir(), 'resole-unit-'));
  try {
    const unit = await readFile(
      join(repository, 'packages/agent/assets/resole-agent.service'),
      'utf8',
    );
    const bare = unit.replace(/^# What a program that writes[\s\S]*?(?=\n\[Install\])/m, '');
    const of = async (name: string, text: string) => {
      await writeFile(join(folder, name), text.replace(/^ExecStart=.*$/m, 'ExecStart=/bin/true'));
      const args = ['security', '--offline=true', '--no-pager', join(folder, name)];
      const { stdout } = await execa('systemd-analyze', args, { reject: false });
      return /exposure level for \S+: ([\d.]+ \w+)/.exec(stdout)?.[1] ?? stdout;
    };
    return { before: await of('bare.service', bare), after: await of('agent.service', unit) };
  } finally {
    await rm(folder, { recursive: true });
  }
};

export const agentPackage: EndToEndTest = {
  about: 'the agent’s packages: two architectures, deb, rpm, agent.sh, upgrade, removal',
  memoryMiB: 512,
  installs: [],
  run: async (world) => {
    await execa('scripts/package-agent', { cwd: repository });
    world.note('aarch64 --version', await otherArch());
    world.note('systemd-analyze security', await exposure());
    world.note('OpenRC', await openRc());
    const chroot = await debianChroot(['ca-certificates', 'curl', 'systemd', 'wget']);
    try {
      const setting = await setUp(world.controller, chroot);
      // For the bundle, which runs under the machine's own Node.
      await copyFile(process.execPath, join(chroot.root, 'usr/local/bin/node'));
      await refusals(setting, world);
      await debianPackage(setting, world);
      await otherForms(setting, world);
      await initScript(chroot, world);
      await rpmPackage(chroot, world);
    } finally {
      await chroot.remove();
    }
    const sizes = (await readdir(agentFolder)).filter((name) => /\.(deb|rpm|cjs)$/.test(name));
    world.note('made', sizes);
  },
};

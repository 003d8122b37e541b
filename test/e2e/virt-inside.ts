/** The test of guests, in network and mount namespaces of its own; prints its notes as JSON. */
import { strict as assert } from 'node:assert';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Guest, JobView, Plan, PowerResult } from '@resole/protocol';
import { execa } from 'execa';
import { ControllerProcess } from '../support/controller.ts';
import { addProfile } from '../support/inventory.ts';
import { describe, phases, waitForState } from '../support/job.ts';
import { startHostLibvirt } from '../support/libvirt-host.ts';
import { waitForAgent } from '../support/server.ts';
import { guestNetwork } from '../support/vm.ts';
import { startClone } from './virt-clone.ts';

const [dataDir = '', logs = '', agentDir = '', key = '', image = ''] = process.argv.slice(2);
const notes: [string, unknown][] = [];
const note = (what: string, value: unknown) => notes.push([what, value]);

/** Guests' own network stack makes 10.0.2.2 of this namespace's loopback; so does the agent's. */
const openNetwork = async () => {
  await execa('ip', ['link', 'set', 'lo', 'up']);
  await execa('ip', ['address', 'add', `${guestNetwork.host}/32`, 'dev', 'lo']);
};

/** The packaged agent, as the agent of this very host. */
const startAgent = async (controller: ControllerProcess): Promise<ChildProcess> => {
  const folder = join(dataDir, 'host');
  await mkdir(folder);
  const { token } = await controller.cli<{ token: string }>(['token', 'create']);
  const tokenFile = join(folder, 'token');
  await writeFile(tokenFile, token, { mode: 0o600 });
  const config = join(folder, 'agent.yaml');
  await writeFile(config, `controller: ${controller.guestUrl}\njoinTokenFile: ${tokenFile}\n`);
  return runAgent(folder);
};

const runAgent = (folder: string): ChildProcess => {
  const log = openSync(`${logs}.agent.log`, 'a');
  const args = [
    '--config',
    join(folder, 'agent.yaml'),
    '--state-dir',
    join(folder, 'state'),
    'run',
  ];
  const executable = join(agentDir, 'resole-agent-x86_64');
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', executable, ...args], {
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  return child;
};

const end = async (child: ChildProcess, signal: NodeJS.Signals) => {
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
};

/** The agent looks every few seconds whether a guest still needs what it was started from. */
const untilEmpty = async (folder: string) => {
  for (let tries = 0; (await readdir(folder)).length > 0; tries += 1) {
    assert.ok(tries < 60, `${folder} is not empty: ${await readdir(folder)}`);
    await sleep(1000);
  }
};

const FIRST_BOOT = 'guest started for its first boot';

/** What was told of a guest, as the job has it; that libvirt started it may come late, or too late. */
const told = ({ events }: JobView) =>
  events
    .filter(({ type, message }) => type === 'guest-reported' && message !== 'guest started')
    .map(({ message }) => message);

/** From nothing to the new OS, as whoever watches sees it. */
const steps = [
  ...[/create-guest: 1 disk/, /hand-over: g1 is running/, /answer-file-fetched/],
  ...[/installer-started/, /unpack/, /installer-done/, /guest-reported: guest switched off/],
  ...[/guest-reported: guest started for its first boot/, /new-agent-returned/],
];
const notSeen = (output: string) => steps.filter((each) => !each.test(output)).map(String);

const volumes = () => readdir('/var/lib/libvirt/images');
const list = (controller: ControllerProcess, host: string) =>
  controller.cli<Guest[]>(['virt', 'list', host]);

const refused = async (controller: ControllerProcess, args: readonly string[], code: string) => {
  const result = await controller.tryCli(args);
  assert.notEqual(result.exitCode, 0, result.stdout);
  const { error } = JSON.parse(result.stderr.slice(result.stderr.indexOf('{')));
  assert.equal(error.code, code, result.stderr);
  note(code, error.details?.map((each: { problem: string }) => each.problem) ?? error.message);
};

const run = async () => {
  await openNetwork();
  const libvirt = await startHostLibvirt(join(dataDir, 'libvirt'), `${logs}.libvirtd.log`);
  const controller = await ControllerProcess.start({
    dataDir: join(dataDir, 'inside'),
    agentDir,
    logFile: `${logs}.controller.log`,
    listen: '0.0.0.0',
  });
  let agent = await startAgent(controller);
  try {
    const old = { key } as Parameters<typeof addProfile>[1];
    await addProfile(controller, old, 'archive');
    await addProfile(controller, old, 'debian-installer');
    const { stdout: hostname } = await execa('hostname', []);
    const host = hostname.trim();
    await waitForAgent(controller, host);
    const shape = ['--type', 'qemu', '--memory', '1500', '--cpus', '1', '--network', 'user'];
    const create = (name: string, ...more: string[]) => [
      ...['virt', 'create', host, '--profile', 'archive', '--name', name, ...shape, ...more],
    ];

    const plan = await controller.cli<Plan>([...create('g1', '--disk', '4'), '--dry-run']);
    assert.deepEqual(plan.warnings, []);
    assert.deepEqual(await list(controller, host), []);
    await refused(controller, create('g1', '--disk', '900000'), 'virt-host-unfit');
    await refused(controller, create('g1', '--disk', 'size=4,pool=fast'), 'virt-host-unfit');
    assert.deepEqual(await volumes(), []);

    // The agent dies while it makes the disks, and goes on when it is back.
    const job = await controller.cli<JobView>(create('g1', '--disk', '4'));
    await end(agent, 'SIGKILL');
    agent = runAgent(join(dataDir, 'host'));
    const watching = controller.tryCli(['job', 'watch', job.id], false, {}, 1300);
    const returned = await waitForState(controller, job.id, ['returned'], 1200);
    const watched = await watching;
    assert.deepEqual(notSeen(watched.stderr), [], watched.stderr);
    assert.deepEqual(told(returned), ['guest switched off', FIRST_BOOT]);
    note('phases (s)', phases(returned));
    const [guest] = await list(controller, host);
    assert.equal(guest?.name, 'g1', describe(returned));
    assert.equal(guest?.state, 'running');
    assert.deepEqual(guest?.macs, plan.guest ? [returned.plan.guest?.nic.mac] : []);
    const log = await controller.cli<{ text: string }>(['virt', 'console-log', 'g1']);
    assert.match(log.text, /login:|systemd/);

    // A host that reboots keeps its guests' definitions.
    await controller.cli(['virt', 'shutdown', 'g1']);
    assert.equal((await list(controller, host))[0]?.state, 'shut off');
    await libvirt.restart();
    await controller.cli(['virt', 'start', 'g1']);
    assert.equal((await list(controller, host))[0]?.state, 'running');

    // Its power is its host's libvirt, without a setting.
    for (const [action, state] of [
      ...([
        ['status', 'on'],
        ['off', 'off'],
        ['on', 'on'],
        ['reset', 'on'],
      ] as const),
    ]) {
      const [done] = await controller.cli<PowerResult[]>(['power', action, 'g1']);
      assert.deepEqual([done?.driver, done?.state], ['guest', state], JSON.stringify(done));
      note(`power ${action} (s)`, done?.seconds);
    }

    // Made one after the other, installed side by side.
    const clone = await startClone({ controller, host, folder: dataDir, key, image, note });
    const again = await controller.cli<JobView>([
      ...['virt', 'recreate', 'g1', '--profile', 'debian-installer', '--yes'],
    ]);
    const booted = await waitForState(controller, again.id, ['installer-booted'], 600);
    note('debian-installer fetched its answer file after (s)', phases(booted));
    assert.equal((await list(controller, host)).length, 2);
    await controller.cli(['virt', 'undefine', 'g1', '--yes']);
    await clone.finish();
    assert.deepEqual(await list(controller, host), []);
    assert.deepEqual(await volumes(), []);
    await untilEmpty('/var/lib/libvirt/boot');

    // What can't be started leaves no half disk behind.
    const broken = await controller.cli<JobView>(
      create('g2', '--disk', '1', '--machine', 'no-such'),
    );
    const failed = await waitForState(controller, broken.id, ['failed'], 120);
    note('a machine type that there is not', failed.error?.message);
    assert.deepEqual(await volumes(), []);
    assert.deepEqual(await list(controller, host), []);
  } finally {
    await end(agent, 'SIGTERM');
    await controller.stop();
    await libvirt.stop();
  }
};

await run();
console.log(JSON.stringify(notes));

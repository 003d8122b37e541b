import { strict as assert } from 'node:assert';
import { createPrivateKey, sign } from 'node:crypto';
import { copyFile, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobView, SignedJob } from '@resole/protocol';
import { builtDistro } from '../support/artefacts.ts';
import { addProfile } from '../support/inventory.ts';
import { describe } from '../support/job.ts';
import { run, runScript, tryRun } from '../support/ssh.ts';
import { untilState } from './reinstalled.ts';
import type { EndToEndTest, World } from './world.ts';

/** Everything that a reinstall could leave behind: boot files, kexec, the agent's folders. */
export const traces = `
find /boot /etc /usr/local /var/lib/resole -path /var/lib/resole/journal -prune -o -printf '%p %y %m %s\\n' | grep -v '^/etc/resole ' | sort
find /boot -type f -exec sha256sum {} + | sort -k2
cat /sys/kernel/kexec_loaded
`;

const refusedBy = async (world: World, args: readonly string[], code: string): Promise<void> => {
  const result = await world.controller.tryCli(['reinstall', ...args, '--yes']);
  assert.equal(result.exitCode, 7, `${args.join(' ')}: ${result.stdout}${result.stderr}`);
  const { error } = JSON.parse(result.stderr);
  assert.equal(error.code, code);
  assert.ok(error.remedy, 'an error says what to do next');
  world.note(code, error.message);
};

/** A job that is signed by the controller, but for somebody else. */
const foreignJob = async (world: World): Promise<string> => {
  const key = createPrivateKey(
    await readFile(join(world.controller.options.dataDir, 'trust/job.key')),
  );
  const job: SignedJob = {
    job: 'job_35ahtc7lqn2x6w4dzk5p',
    attempt: 1,
    agent: 'agt_35ahtc7lqn2x6w4dzk5q',
    system: 'sys_35ahtc7lqn2x6w4dzk5r',
    kind: 'reboot',
    steps: [{ step: 'hand-over', args: { action: 'reboot', force: true } }],
    issuedAt: new Date().toISOString(),
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
  };
  const payload = JSON.stringify(job);
  const signature = sign(null, Buffer.from(payload), key).toString('base64url');
  return JSON.stringify({ type: 'job', payload, signature });
};

/** A distro whose kernel was changed on the controller's disk after it was added. */
const addSpoiltDistro = async (world: World): Promise<void> => {
  const distro = await builtDistro('archive');
  const folder = join(world.controller.options.dataDir, 'spoilt');
  const path = join(folder, 'vmlinuz');
  await mkdir(folder);
  assert.ok(distro.kernel, 'the distro boots a kernel');
  await copyFile(distro.kernel.path, path);
  await world.controller.add('distro', { ...distro, name: 'spoilt', kernel: { path } });
  await world.controller.add('profile', { name: 'spoilt', distro: 'spoilt' });
  const file = await open(path, 'r+');
  await file.write(Buffer.from('spoilt'), 0, 6, 4096);
  await file.close();
};

export const refusals: EndToEndTest = {
  about: 'what can not be done is refused, with its code, and nothing is changed on the machine',
  memoryMiB: 2048,
  installs: ['archive'],
  run: async (world) => {
    const { controller } = world;
    await addProfile(controller, world.old, 'archive');
    await controller.add('profile', { name: 'huge', parent: 'archive', minMemoryMiB: 65_536 });
    await addSpoiltDistro(world);
    const { guest, name } = await world.server();
    const before = await runScript(guest, traces);
    const unchanged = async (what: string) =>
      assert.equal(await runScript(guest, traces), before, `${what} changed the machine`);

    for (const method of ['kexec', 'boot-once']) {
      const spoilt = await controller.cli<JobView>([
        'reinstall',
        name,
        ...['--profile', 'spoilt', '--method', method, '--yes'],
      ]);
      const failed = await untilState(world, spoilt.id, 'failed', 120);
      assert.equal(failed.error?.code, 'checksum-mismatch', describe(failed));
      await unchanged(`a wrong checksum (${method})`);
    }
    world.note('checksum-mismatch', 'by kexec and boot-once');

    await refusedBy(world, [name, '--profile', 'huge'], 'memory-too-small');

    await controller.cli(['system', 'edit', name, '--disk', 'serial:NOT-THERE']);
    await refusedBy(world, [name, '--profile', 'archive'], 'disk-unknown');
    await controller.cli(['system', 'edit', name, '--unset', 'disk']);

    await runScript(
      guest,
      'fallocate -l $(($(df --output=avail -B1 /boot | tail -n 1) - 8000000)) /var/tmp/full',
    );
    await refusedBy(
      world,
      [name, '--profile', 'archive', '--method', 'boot-once'],
      'boot-space-too-small',
    );
    await refusedBy(
      world,
      [name, '--profile', 'archive', '--method', 'kexec'],
      'staging-space-too-small',
    );
    await run(guest, ['rm', '/var/tmp/full']);
    await unchanged('a refusal');

    await run(guest, ['sh', '-c', 'cat > /run/foreign-job.json'], {
      input: await foreignJob(world),
    });
    const foreign = await tryRun(guest, ['resole-agent', 'run', '--job', '/run/foreign-job.json']);
    assert.notEqual(foreign.exitCode, 0);
    assert.match(foreign.stdout + foreign.stderr, /job-addressee/);
    world.note('job-addressee', 'refused by the agent');
    await unchanged('a job for another agent');
    await rm(join(controller.options.dataDir, 'spoilt'), { recursive: true });
  },
};

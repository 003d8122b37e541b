import { strict as assert } from 'node:assert';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobView, Plan } from '@resole/protocol';
import { execa } from 'execa';
import { addProfile } from '../support/inventory.ts';
import type { Server } from '../support/server.ts';
import { runScript } from '../support/ssh.ts';
import { expectReturned } from './reinstalled.ts';
import type { EndToEndTest, World } from './world.ts';

/** Everything that a visit could leave behind. */
const traces = `
find /boot /etc /usr/local /var/lib/resole-enchant /run/resole-enchant /run/resole-enchant.lock /run/systemd/system /var/lib/resole -printf '%p %y %m %s\\n' 2>/dev/null | sort
cat /sys/kernel/kexec_loaded
pgrep -a resole || true
grep resole /proc/mounts || true
`;

/** What the server's key is, asked by OpenSSH's own program as an operator would compare it. */
const fingerprintOf = async ({ guest }: Server, folder: string): Promise<string> => {
  const { stdout } = await execa('ssh-keyscan', [
    ...['-t', 'ed25519', '-p', String(guest.port), '127.0.0.1'],
  ]);
  const file = join(folder, 'scanned');
  await writeFile(file, stdout);
  const { stdout: line } = await execa('ssh-keygen', ['-l', '-f', file]);
  return line.split(' ')[1] ?? '';
};

/**
 * Cuts every ssh session of others, as a network that drops connections does, once $1 bytes of the
 * agent are there. Says how many there were when they were cut; the copy must go on from those.
 */
const dropSessions = `
size() { stat -c %s /var/lib/resole-enchant/agent.gz 2>/dev/null || echo 0; }
until [ "$(size)" -ge "$1" ]; do sleep 0.02; done
for pid in $(pgrep -f 'sshd.*root@notty'); do
  [ "$pid" = "$PPID" ] || kill -9 "$pid"
done
# What was on its way arrives; the other end waits for a second before it comes again.
sleep 0.5
cut=$(size)
until now=$(size); [ "$now" -gt "$cut" ]; do
  if [ "$now" -lt "$cut" ]; then echo "cut at $cut, it began again with $now" >&2; exit 1; fi
  sleep 0.05
done
echo "$cut"
`;

const refused = async (
  world: World,
  args: readonly string[],
  code: string,
  env: Record<string, string> = {},
): Promise<void> => {
  const result = await world.controller.tryCli(['enchant', ...args], true, env);
  assert.notEqual(result.exitCode, 0, result.stdout);
  const { error } = JSON.parse(result.stderr.slice(result.stderr.indexOf('{')));
  assert.equal(error.code, code, result.stderr);
  assert.ok(error.remedy, 'an error says what to do next');
  world.note(code, error.message);
};

export const enchant: EndToEndTest = {
  about: 'a server that never had an agent is replaced over SSH; what is refused leaves nothing',
  memoryMiB: 2048,
  installs: ['archive'],
  run: async (world) => {
    const { controller } = world;
    const { dataDir } = controller.options;
    await addProfile(controller, world.old, 'archive');
    const server = await world.bareServer({ cpus: 2 });
    const { guest } = server;
    const where = `root@127.0.0.1:${guest.port}`;
    const config = join(dataDir, 'ssh-config');
    await writeFile(config, 'UserKnownHostsFile /dev/null\nGlobalKnownHostsFile /dev/null\n');
    const hostKey = await fingerprintOf(server, dataDir);
    const login = [where, '--profile', 'archive', '--identity', guest.key, '--ssh-config', config];
    const known = [...login, '--host-key', hostKey];
    const before = await runScript(guest, traces);
    const unchanged = async (what: string) =>
      assert.equal(await runScript(guest, traces), before, `${what} left something behind`);

    await refused(world, [...login, '--yes'], 'host-key-unknown');
    const wrongKey = `SHA256:${'A'.repeat(43)}`;
    await refused(world, [...login, '--host-key', wrongKey, '--yes'], 'host-key-unknown');

    const askpass = join(dataDir, 'askpass');
    await writeFile(askpass, '#!/bin/sh\necho wrong\n', { mode: 0o700 });
    const passwords = join(dataDir, 'ssh-config-passwords');
    await writeFile(
      passwords,
      'UserKnownHostsFile /dev/null\nPubkeyAuthentication no\nNumberOfPasswordPrompts 1\n',
    );
    await refused(
      world,
      [where, '--profile', 'archive', '--ssh-config', passwords, '--host-key', hostKey, '--yes'],
      'ssh-denied',
      { SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force' },
    );
    await unchanged('a refused login');

    const plan = await controller.cli<Plan>(['enchant', ...known, '--dry-run']);
    assert.equal(plan.system.name, server.name);
    assert.equal(plan.profile?.name, 'archive');
    await unchanged('a rehearsal');
    assert.deepEqual(await controller.cli(['system', 'list']), []);

    // No room on the disk either: the agent that looks lies in memory.
    await runScript(
      guest,
      'fallocate -l $(($(df --output=avail -B1 /boot | tail -n 1) - 8000000)) /var/tmp/full',
    );
    await refused(world, [...known, '--method', 'boot-once', '--yes'], 'boot-space-too-small');
    await runScript(guest, 'rm /var/tmp/full');
    await unchanged('no room in /boot');

    const start = performance.now();
    const [cut, job] = await Promise.all([
      runScript(guest, dropSessions, ['2000000'], { timeoutSeconds: 400 }),
      controller.cli<JobView>(['enchant', ...known, '--method', 'kexec', '--yes']),
    ]);
    world.note('cut and gone on at (MB)', Number(cut) / 1e6);
    world.note('from the command to the job (s)', Math.round((performance.now() - start) / 1000));
    await expectReturned(world, server, job.id, 900);
  },
};

import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import { chmod, copyFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobView } from '@resole/protocol';
import { compress } from '../../scripts/lib/package-agent/compress.ts';
import { makeExecutable } from '../../scripts/lib/package-agent/executable.ts';
import { bundle } from '../../scripts/lib/package-agent/places.ts';
import { agentFolder } from '../support/artefacts.ts';
import { describe, phases, waitForState } from '../support/job.ts';
import { waitForAgent } from '../support/server.ts';
import { run } from '../support/ssh.ts';
import type { EndToEndTest, World } from './world.ts';

const ARCH = 'x86_64';

/** A folder as scripts/package-agent makes it, with an executable of another version. */
const release = async (
  folder: string,
  version: string,
  make: (target: string) => Promise<void>,
): Promise<string> => {
  await mkdir(folder);
  const executable = join(folder, `resole-agent-${ARCH}`);
  await make(executable);
  await compress(executable);
  const bytes = await readFile(executable);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const { size } = await stat(executable);
  await writeFile(
    join(folder, 'manifest.json'),
    JSON.stringify({ version, files: { [ARCH]: { size, sha256 } }, packages: [] }),
  );
  await copyFile(join(agentFolder, 'resole-agent.service'), join(folder, 'resole-agent.service'));
  return folder;
};

/** The agent itself, saying that it is of another version. */
const newer = (version: string, work: string) => async (target: string) => {
  const script = join(work, 'resole-agent.cjs');
  const text = await readFile(bundle, 'utf8');
  const current = JSON.parse(await readFile(join(agentFolder, 'manifest.json'), 'utf8')).version;
  assert.ok(text.includes(`"${current}"`), 'the bundle says its version');
  await writeFile(script, text.replaceAll(`"${current}"`, `"${version}"`));
  await makeExecutable(ARCH, target, script);
};

/** Starts, says so, and ends at once, each time. */
const broken = async (target: string) => {
  await writeFile(target, '#!/bin/sh\necho "I am broken" >&2\nexit 1\n');
  await chmod(target, 0o755);
};

const versionOf = async (world: World, name: string): Promise<string | undefined> => {
  const agents = await world.controller.cli<
    { systemName: string; online: boolean; version?: string }[]
  >(['agent', 'list', '--online']);
  return agents.find((agent) => agent.systemName === name)?.version;
};

/** The controller has another agent to give. */
const serve = async ({ controller }: World, agentDir: string): Promise<void> => {
  await controller.stop();
  controller.options.agentDir = agentDir;
  await controller.start();
};

export const agentUpdate: EndToEndTest = {
  about: 'an agent replaces itself by a good version, and comes back from a broken one',
  memoryMiB: 2048,
  installs: [],
  run: async (world) => {
    const { controller } = world;
    const work = controller.options.dataDir;
    const good = await release(join(work, 'good'), '9.1.0', newer('9.1.0', work));
    const bad = await release(join(work, 'bad'), '9.2.0', broken);
    const server = await world.server();
    const update = () => controller.cli<JobView>(['agent', 'update', server.name]);

    await serve(world, good);
    await waitForAgent(controller, server.name);
    const updated = await waitForState(controller, (await update()).id, ['done'], 400);
    assert.equal(await versionOf(world, server.name), '9.1.0', describe(updated));
    world.note('updated, phases (s)', phases(updated));
    const again = await controller.tryCli(['agent', 'update', server.name]);
    assert.match(again.stderr, /agent-current/);

    await serve(world, bad);
    await waitForAgent(controller, server.name);
    const failed = await waitForState(controller, (await update()).id, ['failed'], 600);
    assert.equal(failed.error?.code, 'update-rolled-back', describe(failed));
    world.note('rolled back, phases (s)', phases(failed));
    await waitForAgent(controller, server.name);
    assert.equal(await versionOf(world, server.name), '9.1.0');
    const left = await run(server.guest, [
      'sh',
      '-c',
      'ls /usr/local/bin; ls -A /var/lib/resole /etc/systemd/system',
    ]);
    assert.doesNotMatch(left, /\.old|\.new|undo|staging|agent-update/, left);
  },
};

/** An agent's update under a real systemd, with the power cut in the middle. Prints what it found. */
import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { StepArguments } from '@resole/protocol';
import { bootRoot, makeRoot } from '../../support/booted.ts';
import { repository } from '../../support/cache.ts';
import { until } from '../../support/source-controller.ts';

export type Orders = Omit<StepArguments<'update-agent'>, 'url'>;

const [folder = ''] = process.argv.slice(2);

const agent = (version: string) =>
  `#!/bin/sh\nexec ${process.execPath} ${join(repository, 'test/machines/update/agent.ts')} ${version}\n`;
const broken = '#!/bin/sh\necho "2.0.0: breaks" >>/said\nexit 1\n';

const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex');

const machine = async (name: string, next: string, deadlineSeconds: number) => {
  const root = join(folder, name);
  await makeRoot(root);
  const program = join(root, 'opt/resole/resole-agent');
  await mkdir(join(root, 'opt/resole'), { recursive: true });
  await writeFile(program, agent('1.0.0'));
  await chmod(program, 0o755);
  // The unit that is delivered; a script under this Node needs its compiler, and nobody waits here.
  const unit = await readFile(
    join(repository, 'packages/agent/assets/resole-agent.service'),
    'utf8',
  );
  const units = join(root, 'etc/systemd/system');
  await writeFile(
    join(units, 'resole-agent.service'),
    unit
      .replaceAll('/usr/local/bin/resole-agent', '/opt/resole/resole-agent')
      .replace(/^Environment="NODE.*$/m, '')
      .replace(/^RestartSec=.*$/m, 'RestartSec=1'),
  );
  await mkdir(join(units, 'multi-user.target.wants'));
  await symlink(
    '../resole-agent.service',
    join(units, 'multi-user.target.wants/resole-agent.service'),
  );
  const packed = gzipSync(next);
  await writeFile(join(root, 'offered.gz'), packed);
  const orders: Orders = {
    version: '2.0.0',
    packed: { size: packed.length, sha256: sha256(packed) },
    sha256: sha256(next),
    deadlineSeconds,
  };
  await writeFile(join(root, 'orders.json'), JSON.stringify(orders));
  const said = () => readFile(join(root, 'said'), 'utf8').catch(() => '');
  return {
    root,
    said,
    saying: (what: string) =>
      until(`"${what}" of ${name}`, 120, async () => (await said()).includes(what) || undefined),
    /** Lines that are not said again and again. */
    told: async () => [...new Set((await said()).trim().split('\n'))],
    left: async () => ({
      program: (await readFile(program, 'utf8')).includes('1.0.0') ? '1.0.0' : '2.0.0',
      beside: await readdir(join(root, 'opt/resole')),
      units: (await readdir(units, { recursive: true }))
        .filter((each) => /update/.test(each))
        .sort(),
    }),
  };
};

type Machine = Awaited<ReturnType<typeof machine>>;

/** Boots it, waits, cuts the power, and boots it again. */
const throughCut = async ({ root, saying }: Machine, when: string, then: () => Promise<void>) => {
  const first = await bootRoot(root);
  await saying(when);
  await first.cut();
  await then();
  return bootRoot(root);
};

const bad = await machine('bad', broken, 12);
const good = await machine('good', agent('2.0.0'), 60);
const mute = await machine('mute', agent('2.0.0'), 10);

const found: Record<string, unknown> = {};
const badAgain = await throughCut(bad, '2.0.0: breaks', async () => {
  found['when the power was cut'] = await bad.left();
});
await bad.saying('did not connect');
found.bad = [await bad.told(), await bad.left()];
await badAgain.cut();

const goodAgain = await throughCut(good, '2.0.0: runs', () =>
  writeFile(join(good.root, 'online'), ''),
);
await good.saying('now version');
found.good = [await good.told(), await good.left()];
await goodAgain.cut();

const running = await bootRoot(mute.root);
await mute.saying('did not connect');
found['runs, but never connects'] = [await mute.told(), await mute.left()];
await running.cut();
console.log(JSON.stringify(found));

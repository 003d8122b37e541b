/** Those who came before, or come at the same time. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeIdentity } from '../../../packages/agent/src/identity.ts';
import { endProcess, runSource, until } from '../../support/source-controller.ts';
import { startLink } from './link.ts';
import type { SshServer } from './servers.ts';
import { rehearse } from './visit.ts';
import type { EnchantWorld } from './world.ts';

/** As a real agent writes it when it has enrolled; `state` is its folder on the server. */
const enrolled = async ({ folder }: EnchantWorld, { inside }: SshServer, state: string) => {
  const from = await mkdtemp(join(folder, 'state-'));
  await writeIdentity(from, {
    ...{ agent: 'agt_1', system: 'sys_1', systemName: 'db1', jobKey: '' },
    ...{ controller: 'https://192.0.2.1:7443', caPem: '' },
  });
  await inside(`mkdir -p ${state} && cp -r ${from}/. ${state}`);
};

const told = (text: string) =>
  text
    .replaceAll(/:\d{4,5}\b/g, ':PORT')
    .replaceAll(/works on (\S+): \S+-\d+-[0-9a-f]{8},/g, 'works on $1: HOLDER,')
    .replaceAll(/heard of \d+ s/g, 'heard of N s');

const sizeOfCopy = `stat -c %s /var/lib/resole-enchant/agent.gz 2>/dev/null || echo 0`;

/** Waits until there is something of a copy, and not all. */
export const underWay = (server: SshServer): Promise<number> =>
  until('a copy that is under way', 30, async () => {
    const size = Number(await server.inside(sizeOfCopy));
    return size > 500_000 ? size : undefined;
  });

export const rivals = async (world: EnchantWorld, server: SshServer): Promise<unknown> => {
  const { folder, controller, keys } = world;
  const look = async (port = server.port) => told(await rehearse(world, { port }));
  const found: Record<string, unknown> = {};

  await enrolled(world, server, '/var/lib/resole');
  found['an agent'] = await look();
  await server.inside('rm -r /var/lib/resole');
  await enrolled(world, server, '/var/lib/resole-enchant/state');
  found['an agent for one job'] = await look();
  await server.inside('rm -r /var/lib/resole-enchant');

  const link = await startLink(server.port);
  link.slow(1_500_000);
  const first = look(link.port);
  await underWay(server);
  found['while another copies'] = await look();
  link.fast();
  found['the other'] = await first;

  const hosts = join(folder, 'twice');
  await writeFile(hosts, [1, 2].map(() => `root@127.0.0.1:${server.port}\n`).join(''));
  const words = ['--hosts', hosts, '--profile', 'web', '--dry-run', '--ssh-config', keys.config];
  const twice = await controller.tryCli(['enchant', ...words]);
  found['named twice'] = (JSON.parse(twice.out) as { result: string }[]).map(
    ({ result }) => result,
  );

  link.slow(1_500_000);
  const dead = runSource(
    'controller/src/main.ts',
    [
      ...['enchant', `root@127.0.0.1:${link.port}`, '--profile', 'web', '--yes'],
      ...['--ssh-config', keys.config, '--data-dir', join(folder, 'data')],
    ],
    join(folder, 'dead.log'),
  );
  await underWay(server);
  await endProcess(dead, 'SIGKILL');
  link.cut();
  link.fast();
  found['after a run that died'] = await look();
  await server.inside('touch -d "-2 minutes" /run/resole-enchant.lock/alive');
  const there = Number(await server.inside(sizeOfCopy));
  const before = link.sent();
  found['when it was silent for a while'] = await look(link.port);
  found['the copy went on'] = there > 0 && link.sent() - before < world.packed - there / 2;

  // One that was only silent, its network away: it finds that another has been there.
  link.slow(1_500_000);
  const silent = look(link.port);
  await underWay(server);
  link.slow(1);
  await server.inside('touch -d "-2 minutes" /run/resole-enchant.lock/alive');
  const rival = await startLink(server.port);
  rival.slow(1_500_000);
  const second = look(rival.port);
  await until('the second', 30, async () => rival.sent() > 300_000 || undefined);
  link.fast();
  found['the one that was silent'] = await silent;
  rival.fast();
  found['the one that took over'] = await second;
  link.close();
  rival.close();
  return found;
};

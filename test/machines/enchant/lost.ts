/** Connections that are lost, in the copy and while a person thinks. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startLink } from './link.ts';
import { underWay } from './rivals.ts';
import { PASSWORD, type SshServer, USER } from './servers.ts';
import { atTerminal, endOf, rehearse } from './visit.ts';
import type { EnchantWorld } from './world.ts';

/** A login by password: ssh can't make it again by itself. */
const byPassword = async ({ folder, keys }: EnchantWorld) => {
  const askpass = join(folder, 'askpass');
  const sudo = join(folder, 'sudo');
  const config = join(keys.folder, 'config-password');
  await writeFile(askpass, `#!/bin/sh\necho '${PASSWORD}'\n`, { mode: 0o700 });
  await writeFile(sudo, `${PASSWORD}\n`);
  await writeFile(config, `UserKnownHostsFile ${keys.folder}/known\nPubkeyAuthentication no\n`);
  const env = { SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force' };
  return { env, visit: { user: USER, config, more: ['--sudo-password-file', sudo] } };
};

export const lost = async (world: EnchantWorld, server: SshServer): Promise<unknown> => {
  const found: Record<string, unknown> = {};
  const copying = await startLink(server.port);
  copying.slow(1_500_000);
  const copied = rehearse(world, { port: copying.port });
  const there = await underWay(server);
  const before = copying.sent();
  copying.cut();
  copying.fast();
  found['in the copy'] = await copied;
  found['it went on'] = copying.sent() - before < world.packed - there / 2;
  copying.close();

  const { env, visit } = await byPassword(world);
  const thinking = await startLink(server.port);
  const back = atTerminal(world, { ...visit, port: thinking.port }, env);
  await back.says('the system to go on:');
  thinking.cut();
  back.type('no\r');
  found['while a person thinks'] = [await endOf(back), await world.changed()];

  const gone = atTerminal(world, { ...visit, port: thinking.port }, env);
  await gone.says('the system to go on:');
  thinking.close();
  gone.type('no\r');
  found['for good'] = [await endOf(gone), await world.changed()];
  await server.inside('touch -d "-2 minutes" /run/resole-enchant.lock/alive');
  found['the next one'] = [await rehearse(world, { port: server.port }), await world.changed()];
  return found;
};

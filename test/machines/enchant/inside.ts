/** Enchant over real OpenSSH: sudo, jump hosts, little room, many servers. Prints what it found. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Plan } from '@resole/protocol';
import type { SourceController } from '../../support/source-controller.ts';
import { PASSWORD, type SshServer, USER } from './servers.ts';
import { type EnchantWorld, inWorld } from './world.ts';

/** What came of a rehearsal: what the server would become, or why not. */
const rehearse = async (
  { tryCli }: SourceController,
  words: readonly string[],
): Promise<string | undefined> => {
  const { code, out, err } = await tryCli(['enchant', ...words, '--profile', 'web', '--dry-run']);
  if (code === 0) return (JSON.parse(out) as Plan).profile?.name;
  const { error } = JSON.parse(err.slice(err.indexOf('{')));
  const place = /copying the agent ([a-z ]+)/.exec(err)?.[1]?.trim() ?? 'not copied';
  return `${place}, ${error.code}: ${error.message}`;
};

/** The most ssh connections that were open at once until `work` ended. */
const mostConnections = async (work: Promise<unknown>): Promise<number> => {
  let [most, ended] = [0, false];
  const end = work.finally(() => {
    ended = true;
  });
  while (!ended) {
    const masters = new Set<string>();
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      const path = /^ssh\0.*ControlPath=([^\0]+).*\0-N\0-M\0/.exec(line)?.[1];
      if (path !== undefined) masters.add(path);
    }
    most = Math.max(most, masters.size);
    await sleep(50);
  }
  await end;
  return most;
};

const test = async (world: EnchantWorld): Promise<unknown> => {
  const { folder, controller, keys, start, changed } = world;
  const found: Record<string, unknown> = {};
  const roomy = await start('roomy', { diskMiB: 1000 });
  const full = await start('full', { diskMiB: 1 });
  const tiny = await start('tiny', { diskMiB: 1, memoryMiB: 256 });
  const jump = await start('jump', { diskMiB: 1000, knows: 'db1.inside' });
  const servers: Record<string, SshServer> = { roomy, full, tiny, jump };
  const ssh = ['--ssh-config', keys.config];
  const where = (user: string, { port }: SshServer) => `${user}@127.0.0.1:${port}`;
  const run = (...words: string[]) => rehearse(controller, [...words, ...ssh]);

  const right = join(folder, 'right');
  const wrong = join(folder, 'wrong');
  await writeFile(right, `${PASSWORD}\n`, { mode: 0o600 });
  await writeFile(wrong, 'another\n', { mode: 0o600 });
  found.root = await run(where('root', roomy));
  found.sudo = await run(where(USER, roomy), '--sudo-password-file', right);
  found['sudo, wrong password'] = await run(where(USER, roomy), '--sudo-password-file', wrong);
  found['sudo, no password'] = await run(where(USER, roomy));
  found.jump = await run(...[`root@db1.inside:${roomy.port}`, '--jump', where('root', jump)]);
  found['no jump'] = await run(`root@db1.inside:${roomy.port}`);
  found.full = await run(where('root', full));
  found.tiny = await run(where('root', tiny));

  const hosts = join(folder, 'hosts');
  const all = [roomy, full, tiny, jump].map((each) => where('root', each));
  await writeFile(hosts, `# all of them\n${all.join('\n')}\n`);
  const many = controller.tryCli([
    ...['enchant', '--hosts', hosts, '--concurrency', '2', '--profile', 'web', '--dry-run', ...ssh],
  ]);
  found['most at once'] = await mostConnections(many);
  const { code, out } = await many;
  const rows = JSON.parse(out) as { server: string; result: string; code?: string }[];
  const names = Object.entries(servers);
  found.many = rows
    .map(({ server, result, code: why }) => {
      const name = names.find(([, { port }]) => server.endsWith(`:${port}`))?.[0];
      return `${name}: ${why ?? result}`;
    })
    .sort();
  found.code = code;
  found.left = await changed();
  found.systems = await controller.cli(['system', 'list']);
  return found;
};

await inWorld(test);

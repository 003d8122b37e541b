/** A person who says no, and a job that is refused when all is there. */
import { startLink } from './link.ts';
import { underWay } from './rivals.ts';
import type { SshServer } from './servers.ts';
import { INTERRUPT } from './terminal.ts';
import { atTerminal, endOf } from './visit.ts';
import type { EnchantWorld } from './world.ts';

export const declined = async (
  world: EnchantWorld,
  server: SshServer,
  bare: SshServer,
): Promise<unknown> => {
  const { controller, changed } = world;
  const answer = async ({ port }: SshServer, text: string) => {
    const terminal = atTerminal(world, { port });
    await terminal.says('the system to go on:');
    terminal.type(text);
    return [await endOf(terminal), await changed()];
  };
  const link = await startLink(server.port);
  link.slow(1_500_000);
  const copying = atTerminal(world, { port: link.port });
  await underWay(server);
  copying.type(INTERRUPT);
  link.fast();
  const interrupted = [await endOf(copying), await changed()];
  link.close();
  return {
    'in the copy': interrupted,
    'another name': await answer(server, 'db2\r'),
    'at the question': await answer(server, INTERRUPT),
    // The agent itself sees another machine than the one that was planned for.
    'the job is refused': await answer(bare, 'web1\r'),
    systems: await controller.cli(['system', 'list']),
    agents: await controller.cli(['agent', 'list']),
    tokens: await controller.cli(['token', 'list']),
  };
};

/** Enchant where something goes wrong, over real OpenSSH. Prints what it found. */
import { facts } from '../../../packages/agent/src/testing/facts.ts';
import { declined } from './declined.ts';
import { hostKeys } from './host-keys.ts';
import { lost } from './lost.ts';
import { rivals } from './rivals.ts';
import { type EnchantWorld, inWorld } from './world.ts';

/** Facts of a machine that can be reinstalled: those of this one can't be planned with. */
const planned = `case $3 in facts) echo '${JSON.stringify(facts)}'; exit ;; esac\n`;

const all = async (world: EnchantWorld): Promise<unknown> => {
  const server = await world.start('server', { diskMiB: 1000, passwords: true });
  const bare = await world.start('bare', { diskMiB: 1000, systemd: false });
  return {
    keys: await hostKeys(world, server),
    rivals: await rivals(world, server),
    lost: await lost(world, server),
    declined: await declined(world, server, bare),
    left: await world.changed(),
  };
};

await inWorld(all, { agentPrelude: planned, agentPadding: 6_000_000 });

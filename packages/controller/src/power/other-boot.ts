/** The proof of a reset: its power is on before and after, but the OS that ran must run no more. */
import { type PowerAction, ResoleError } from '@resole/protocol';
import type { PowerTarget } from './driver.ts';
import type { Done, VerifiedOptions } from './verified.ts';

interface Boots {
  /** The boot of the system's machine, where its agent answers at this moment. */
  aliveBoot(system: string): Promise<string | undefined>;
}

/** Power systems take their time for an order; no reset takes longer. */
const PATIENCE_SECONDS = 30;

const DOUBT = 'it was on before and is on now, and no agent was connected';

/**
 * Does a reset or cycle, and waits until the agent that answered before answers no more, or from
 * another boot. Where none answered there is nothing to compare, and it is proven only by the power
 * system's having said in between that the machine is off.
 * @throws ResoleError `power-not-verified` where it answers on.
 */
export const untilOtherBoot = async (
  { aliveBoot }: Boots,
  target: PowerTarget,
  action: PowerAction,
  { deadlineSeconds, signal, sleep, now }: VerifiedOptions,
  act: () => Promise<Done>,
): Promise<Done> => {
  const restarts = action === 'reset' || action === 'cycle';
  const before = restarts ? await aliveBoot(target.system) : undefined;
  const done = await act();
  if (before === undefined) {
    return restarts && !done.verified ? { ...done, doubt: DOUBT } : done;
  }
  const seconds = Math.min(PATIENCE_SECONDS, deadlineSeconds);
  const end = now() + seconds * 1000;
  while ((await aliveBoot(target.system)) === before) {
    if (now() >= end) {
      throw new ResoleError(
        'power-not-verified',
        `${action} of ${target.name} was not seen to happen in ${seconds} s: the power system took the order, and the agent answers on from the same boot`,
        { remedy: `\`resole power test ${target.name}\` looks further` },
      );
    }
    await sleep(1, signal);
  }
  return { ...done, verified: true };
};

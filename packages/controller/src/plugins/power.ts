/** Power alterations and the triggers around them; the power part calls this with what it does. */
import { ResoleError } from '@resole/protocol';
import type { Triggers } from './triggers.ts';

/** What is done to which machine, by what; never with credentials. */
export interface PowerEvent {
  system: { id: string; name: string };
  /** As in `on`, `off`, `cycle`, `reboot`. */
  action: string;
  driver: string;
  /** The job that needs it. */
  job?: string;
}

/**
 * Asks `before-power`, alters, tells `after-power` how that ended (`power.ok`, `power.error`).
 * @throws what `alter` throws, or ResoleError `refused-by-plugin`, `plugin-failed`.
 */
export const aroundPower = async <T>(
  triggers: Triggers,
  power: PowerEvent,
  alter: () => Promise<T>,
): Promise<T> => {
  if (!triggers.wants('power')) return alter();
  await triggers.before('power', { power });
  try {
    const result = await alter();
    await triggers.after('power', { power: { ...power, ok: true } });
    return result;
  } catch (error) {
    const told =
      error instanceof ResoleError ? error.toBody() : { code: 'internal', message: String(error) };
    await triggers.after('power', { power: { ...power, ok: false, error: told } });
    throw error;
  }
};

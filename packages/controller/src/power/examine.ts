/** `resole power test`: what is wrong with a system's power, in words. Changes nothing. */
import { type PowerFinding, ResoleError } from '@resole/protocol';
import { capabilities } from './driver.ts';
import { placeOf } from './failures.ts';
import type { PowerDrivers } from './index.ts';
import { candidates, type PowerSource, targetOf } from './target.ts';

export const examine = async (
  drivers: PowerDrivers,
  source: PowerSource,
  signal: AbortSignal,
): Promise<PowerFinding[]> => {
  const findings: PowerFinding[] = [];
  const { name } = source.system;
  let names: ReturnType<typeof candidates>;
  try {
    names = candidates(source);
  } catch (error) {
    return [{ driver: 'auto', ok: false, text: words(error) }];
  }
  const unused = unusedBmc(source, names);
  if (unused !== undefined) findings.push(unused);
  for (const driver of names) {
    const { acts, check, probe, warnings } = drivers[driver];
    try {
      const target = targetOf(source, driver);
      check(target);
      for (const text of warnings?.(target) ?? [])
        findings.push({ driver, ok: true, warning: true, text });
      const can = capabilities(drivers[driver]).join(', ');
      if (acts.status === undefined) {
        findings.push({ driver, ok: true, text: `can't be asked anything; could do: ${can}` });
        continue;
      }
      const state = await acts.status(target, { signal });
      await probe?.(target, { signal });
      const text =
        driver === 'agent'
          ? state === 'on'
            ? `the agent of ${name} is connected; it can do: ${can}`
            : `the agent of ${name} is not connected: is the machine on?`
          : `${placeOf(target)} answers: ${name} is ${state}; it can do: ${can}`;
      findings.push({ driver, ok: driver !== 'agent' || state === 'on', text });
    } catch (error) {
      findings.push({ driver, ok: false, text: words(error) });
    }
  }
  return findings;
};

/** A BMC that would be the first choice, if only its password were known. */
const unusedBmc = (
  { system: { name, power }, facts }: PowerSource,
  names: readonly string[],
): PowerFinding | undefined => {
  const address = power?.address ?? facts?.bmc?.address;
  const passedOver = (power?.driver ?? 'auto') === 'auto' && power?.password === undefined;
  if (address === undefined || !passedOver || names.includes('ipmi')) return undefined;
  const text = `the BMC at ${address} is not used: its password is not known (\`resole power detect ${name}\` asks for it)`;
  return { driver: 'auto', ok: false, text };
};

const words = (error: unknown): string =>
  error instanceof ResoleError
    ? `${error.message}${error.remedy === undefined ? '' : ` (${error.remedy})`}`
    : String(error);

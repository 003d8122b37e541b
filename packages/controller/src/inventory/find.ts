import { Mac, ResoleError, type System } from '@resole/protocol';
import { didYouMean } from './nearest.ts';

/** What can be found by id or name. */
export interface NamedObject {
  id: string;
  name: string;
}

const notFound = (noun: string, ref: string, objects: readonly NamedObject[]) => {
  const remedy =
    didYouMean(
      ref,
      objects.map((object) => object.name),
    ) ?? `see which there are: resole ${noun} list`;
  return new ResoleError('not-found', `there is no ${noun} "${ref}"`, { remedy });
};

export const byIdOrName = <T extends NamedObject>(
  objects: readonly T[],
  ref: string,
): T | undefined => objects.find((object) => object.id === ref || object.name === ref);

/** @throws ResoleError `not-found` with the nearest name. */
export const findNamed = <T extends NamedObject>(
  noun: string,
  objects: readonly T[],
  ref: string,
): T => {
  const found = byIdOrName(objects, ref);
  if (found === undefined) throw notFound(noun, ref, objects);
  return found;
};

/**
 * Finds a system by id, name, hostname, a MAC in any notation, or machine UUID: the first of these
 * that fits counts.
 * @throws ResoleError `not-found`; `invalid-input` where several systems fit.
 */
export const findSystem = (systems: readonly System[], ref: string): System => {
  const mac = Mac.safeParse(ref).data;
  const lower = ref.toLowerCase();
  const ways: ((system: System) => boolean | undefined)[] = [
    (system) => system.id === ref || system.name === ref,
    (system) => system.hostname?.toLowerCase() === lower,
    (system) => mac !== undefined && system.macs?.includes(mac),
    (system) => system.machineUuid?.toLowerCase() === lower,
  ];
  for (const fits of ways) {
    const [first, ...others] = systems.filter(fits);
    if (first === undefined) continue;
    if (others.length === 0) return first;
    const names = [first, ...others].map((system) => system.name).join(', ');
    throw new ResoleError('invalid-input', `"${ref}" fits several systems: ${names}`, {
      remedy: 'say the name or the id',
    });
  }
  throw notFound('system', ref, systems);
};

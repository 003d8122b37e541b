import type { Facts, Plan, System } from '@resole/protocol';
import { macsOf } from '../inventory/match.ts';

type Known = Pick<System, 'name' | 'macs' | 'interfaces' | 'machineUuid'>;

const defined = (values: readonly (string | undefined)[]): Set<string> =>
  new Set(values.flatMap((value) => (value === undefined ? [] : [value.toLowerCase()])));

/**
 * Why a machine that says it was reinstalled is another one, or undefined where it is not: it has the
 * UUID or a MAC that is known of the job's system. What only one side knows tells nothing; and one
 * that is the same is enough, for network cards are exchanged, and firmware changes its mind about
 * the UUID's byte order.
 */
export const machineMismatch = (
  system: Known,
  plan: Pick<Plan, 'network'>,
  facts: Pick<Facts, 'machineUuid' | 'interfaces'>,
): string | undefined => {
  const expected = {
    uuid: defined([system.machineUuid]),
    mac: defined([...macsOf(system), plan.network?.mac]),
  };
  const seen = {
    uuid: defined([facts.machineUuid]),
    mac: defined(facts.interfaces.map(({ mac }) => mac)),
  };
  const both = (['uuid', 'mac'] as const).filter(
    (each) => expected[each].size > 0 && seen[each].size > 0,
  );
  const isSame = both.some((each) => [...seen[each]].some((value) => expected[each].has(value)));
  if (both.length === 0 || isSame) return undefined;
  const name = facts.machineUuid ?? [...seen.mac].join(', ');
  return `machine ${name} came with the credential of ${system.name}, which it is not`;
};

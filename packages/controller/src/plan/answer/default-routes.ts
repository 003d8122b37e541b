import type { InterfaceVariables } from '../../templates/variables.ts';

type Version = 'ipv4' | 'ipv6';
type Addressing<V extends Version> = Omit<InterfaceVariables[V], 'default_route'>;

/** An interface of which it is not known yet what goes through it. */
export type Unrouted = Omit<InterfaceVariables, Version> & {
  [V in Version]: Addressing<V>;
};

/**
 * One default route for each IP version: that of the primary interface, and where it has none, that of
 * the first with a gateway, else of the first that learns one. All others have none: which of several
 * were taken would be chance.
 */
export const withDefaultRoutes = (all: readonly Unrouted[]): InterfaceVariables[] => {
  const through = { ipv4: holder(all, 'ipv4'), ipv6: holder(all, 'ipv6') };
  return all.map((each) => ({
    ...each,
    ipv4: { ...each.ipv4, default_route: each === through.ipv4 },
    ipv6: { ...each.ipv6, default_route: each === through.ipv6 },
  }));
};

const holder = (all: readonly Unrouted[], version: Version): Unrouted | undefined => {
  const has = (each: Unrouted) => each[version].gateway !== undefined;
  const learns = (each: Unrouted) => ['dhcp', 'auto'].includes(each[version].method);
  return (
    all.find((each) => each.primary && (has(each) || learns(each))) ??
    all.find(has) ??
    all.find(learns)
  );
};

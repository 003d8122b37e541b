import type { Facts, System } from '@resole/protocol';

/**
 * Addresses of the machine that neither the installer nor the new OS will have, for the plan's
 * warnings. The new OS gets what the inventory says of the system's interfaces, else the network of
 * the default route.
 */
export const lostAddresses = (
  system: Pick<System, 'name' | 'interfaces'>,
  { interfaces, network }: Pick<Facts, 'interfaces' | 'network'>,
): string[] => {
  if (network === undefined) return [];
  if (Object.values(system.interfaces ?? {}).some(({ bmc }) => !bmc)) return [];
  const remedy = `the new OS won't have it, unless \`resole system edit ${system.name} --interface …\` says so`;
  const { mac, interface: card, vlan, ipv4, ipv6 } = network;
  const beside = (ipv4.besideLease ?? []).map(
    ({ address, prefix }) =>
      `${address}/${prefix} was set beside the DHCP lease of ${card}: ${remedy}`,
  );
  // A VLAN has its card's MAC.
  const isNetwork = (each: Facts['interfaces'][number]) =>
    vlan === undefined ? each.name === card : each.mac === mac && each.name !== card;
  const kept = new Set(
    [...ipv4.addresses, ...ipv6.addresses].map(({ address, prefix }) => `${address}/${prefix}`),
  );
  const isLost = (address: string) => isGlobal(address) && !kept.has(address);
  const others = interfaces
    .filter((each) => !isNetwork(each))
    .flatMap(({ name, addresses }) => addresses.filter(isLost).map((each) => `${name} has ${each}`))
    .map((what) => `${what}: ${remedy}`);
  return [...beside, ...others];
};

const isGlobal = (address: string): boolean => !/^(fe80:|169\.254\.|127\.|::1\/)/i.test(address);

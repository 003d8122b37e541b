import { type Network, ResoleError } from '@resole/protocol';
import { casper } from './casper.ts';
import { dracut, ownInstaller } from './dracut.ts';
import { linuxrc } from './linuxrc.ts';
import { netcfg } from './netcfg.ts';
import { chooseUplink, type IpVersion, leftForNewOs, type Uplink } from './uplink.ts';

/** Whose syntax the installer's network arguments have. */
export type NetworkSyntax = 'image' | 'dracut' | 'netcfg' | 'casper' | 'linuxrc';

const syntaxes: Record<
  NetworkSyntax,
  (network: Network, uplink: Uplink, hostname: string) => string[]
> = { image: ownInstaller, dracut, netcfg, casper, linuxrc };

/**
 * Kernel arguments that give an installer the network that the machine has now, on the interface
 * with the same MAC: DHCP stays DHCP, static stays static.
 *
 * @param hostname The name that the machine will have.
 * @param reach The IP version in which the controller is reached, where only one can do it.
 * @returns Arguments without white space, in a stable order.
 * @throws ResoleError `network-unsupported` for what this syntax can't express, `invalid-input` for
 *   a hostname that is none.
 */
export function networkArguments(
  syntax: NetworkSyntax,
  network: Network,
  hostname: string,
  reach?: IpVersion,
): string[] {
  // RFC 1123, and the underscore that is met in practice; it lands in colon-separated fields.
  if (!/^[A-Za-z0-9]([A-Za-z0-9._-]{0,62}[A-Za-z0-9])?$/.test(hostname)) {
    throw new ResoleError('invalid-input', `"${hostname}" is not a hostname`, {
      remedy: "set the system's hostname: letters, digits, dots and dashes, 64 at most",
    });
  }
  return syntaxes[syntax](network, chooseUplink(network, reach), hostname);
}

/**
 * What the operator should know of the installer's network before it is started: addresses that the
 * machine has only again under the new OS.
 */
export function networkWarnings(network: Network, reach?: IpVersion): string[] {
  const left = leftForNewOs(network, chooseUplink(network, reach));
  return left.length === 0
    ? []
    : [`until the new OS is up, the machine is without ${left.join(', ')}`];
}

/**
 * Default routes, from /proc/net: two programs less to start each time facts are read.
 * Formats: fib_route_seq_show and rt6_info_route of the kernel.
 */
import { type Machine, text } from './machine.ts';

export interface Route {
  device: string;
  gateway?: string;
  /** IPv4 through a gateway that has IPv6 only (RFC 5549). */
  otherVersion: boolean;
}

export async function readDefaultRoutes(
  machine: Machine,
): Promise<{ ipv4: Route | undefined; ipv6: Route | undefined }> {
  const [ipv4, ipv6] = await Promise.all([
    text(machine, '/proc/net/route'),
    text(machine, '/proc/net/ipv6_route'),
  ]);
  return { ipv4: parseIpv4(ipv4 ?? ''), ipv6: parseIpv6(ipv6 ?? '') };
}

const flagGateway = 0x2;
const flagReject = 0x200;

interface Candidate extends Route {
  metric: number;
}

/** Iface Destination Gateway Flags RefCnt Use Metric Mask …; addresses in the order of the host. */
export function parseIpv4(table: string): Route | undefined {
  return best(
    table.split('\n').flatMap((line) => {
      const [device, destination, gateway = '', flags = '', , , metric, mask] = line.split(/\s+/);
      if (!device || destination !== '00000000' || mask !== '00000000') return [];
      if (parseInt(flags, 16) & flagReject) return [];
      const bytes = (gateway.match(/../g) ?? []).map((byte) => parseInt(byte, 16)).reverse();
      const direct = gateway === '00000000';
      return [
        {
          device,
          ...(direct ? {} : { gateway: bytes.join('.') }),
          otherVersion: direct && (parseInt(flags, 16) & flagGateway) !== 0,
          metric: Number(metric),
        },
      ];
    }),
  );
}

/** Destination, its length, source, its length, next hop, metric, …, flags, device. */
export function parseIpv6(table: string): Route | undefined {
  return best(
    table.split('\n').flatMap((line) => {
      const [to, length, , sourceLength, hop = '', metric = '', , , flags = '', device] =
        line.split(/\s+/);
      if (!device || !/^0+$/.test(to ?? 'x') || length !== '00' || sourceLength !== '00') return [];
      if (parseInt(flags, 16) & flagReject) return [];
      return [
        {
          device,
          ...(/^0+$/.test(hop) ? {} : { gateway: ipv6Text(hop) }),
          otherVersion: false,
          metric: parseInt(metric, 16),
        },
      ];
    }),
  );
}

/** The route that the kernel uses: the lowest metric, the first where they are equal. */
function best(routes: readonly Candidate[]): Route | undefined {
  const [first] = routes.toSorted((a, b) => a.metric - b.metric);
  if (first === undefined) return undefined;
  const { metric: _, ...route } = first;
  return route;
}

/** 32 hexadecimal digits → RFC 5952. */
function ipv6Text(digits: string): string {
  const groups = digits.match(/.{4}/g) ?? [];
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

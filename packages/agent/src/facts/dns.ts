import { type Machine, text } from './machine.ts';

/** Where the name servers behind a local stub are: systemd-resolved's and NetworkManager's files. */
const behindStub = ['/run/systemd/resolve/resolv.conf', '/run/NetworkManager/no-stub-resolv.conf'];

export interface Resolver {
  dns: string[];
  search: string[];
}

/** resolv.conf(5); where it names nothing but this machine itself, what lies behind. */
export async function readResolver(machine: Machine): Promise<Resolver> {
  const own = parseResolver((await text(machine, '/etc/resolv.conf')) ?? '');
  if (own.dns.length > 0) return own;
  for (const path of behindStub) {
    const upstream = parseResolver((await text(machine, path)) ?? '');
    if (upstream.dns.length > 0) {
      return { dns: upstream.dns, search: own.search.length > 0 ? own.search : upstream.search };
    }
  }
  machine.note('no name server is known');
  return own;
}

/** Loopback servers are left out: an installer has none. The last `search` or `domain` counts. */
export function parseResolver(file: string): Resolver {
  const resolver: Resolver = { dns: [], search: [] };
  for (const line of file.split('\n')) {
    const [keyword, ...words] = line.trim().split(/\s+/);
    if (keyword === 'nameserver' && words[0] && !/^(127\.|::1$)/.test(words[0])) {
      resolver.dns.push(words[0]);
    }
    if (keyword === 'search' || keyword === 'domain') {
      resolver.search = words.filter((word) => word !== '.');
    }
  }
  return resolver;
}

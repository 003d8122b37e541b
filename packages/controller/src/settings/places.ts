/** Where things lie when nobody says otherwise. */
import { join } from 'node:path';

/** What is known of the host and the user that a program runs as; main.ts finds it out. */
export interface Host {
  hostname: string;
  /** Addresses of the host's interfaces without loopback and link-local ones; IPv4 first. */
  addresses: string[];
  /** Numeric user id; 0 is root. */
  uid: number;
  home: string;
  env: Readonly<Record<string, string | undefined>>;
}

export function defaultDataDir({ uid, home, env }: Host): string {
  if (uid === 0) return '/var/lib/resole-controller';
  return join(env.XDG_DATA_HOME || join(home, '.local/share'), 'resole');
}

export const cliFile = ({ home, env }: Host): string =>
  join(env.XDG_CONFIG_HOME || join(home, '.config'), 'resole/cli.yaml');

export const controllerFile = '/etc/resole/controller.yaml';

/** What `resole serve` leaves for the CLI on its own host. */
export const clientFile = (dataDir: string): string => join(dataDir, 'client.yaml');

/** `http` or `https` URL of this host, by its first address. */
export function urlOfHost(scheme: 'http' | 'https', { addresses }: Host, port: number): string {
  const address = addresses[0] ?? '127.0.0.1';
  return `${scheme}://${address.includes(':') ? `[${address}]` : address}:${port}`;
}

import type { Server } from 'node:net';
import { ResoleError } from '@resole/protocol';

interface Listening {
  listen(options: { host: string; port: number }): Promise<string>;
  server: Pick<Server, 'address'>;
}

/**
 * Lets an app (of the API or of the provision side) listen.
 * @param what for errors: the setting's section, `api` or `provision`.
 * @returns the port, which is another than asked for where that was 0.
 */
export const listen = async (
  app: Listening,
  what: 'api' | 'provision',
  { listen: host, port }: { listen: string; port: number },
): Promise<number> => {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    // The default, "all addresses", on a host without IPv6.
    if (host !== '::' || (code !== 'EAFNOSUPPORT' && code !== 'EADDRNOTAVAIL')) {
      throw refused(what, host, port, cause);
    }
    await app.listen({ host: '0.0.0.0', port }).catch((again: unknown) => {
      throw refused(what, '0.0.0.0', port, again);
    });
  }
  return portOf(app.server, port);
};

/** The port that a server listens on; before that, the one that it was told. */
export const portOf = (server: Listening['server'], told: number): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : told;
};

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there',
  EACCES: 'only root may use ports below 1024',
  EADDRNOTAVAIL: 'this host has no such address',
};

const refused = (what: string, host: string, port: number, cause: unknown): ResoleError => {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  return new ResoleError(
    'port-unavailable',
    `cannot listen on ${host} port ${port} (${what}): ${reasons[code] ?? message}`,
    { remedy: `choose another: --${what}-port PORT or --${what}-listen ADDRESS`, cause },
  );
};

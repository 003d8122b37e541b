/** How the CLI reaches its controller: flags, environment, its own file, or a controller beside it. */
import { join, resolve } from 'node:path';
import { ResoleError } from '@resole/protocol';
import { readIfThere } from '../files/private-file.ts';
import { clientFile, cliFile, defaultDataDir, type Host } from '../settings/places.ts';
import { readSettings } from '../settings/read.ts';
import { type ClientSettings, clientTable } from '../settings/table.ts';

export interface Access {
  /** Without a trailing slash. */
  url: string;
  token: string;
  /** PEM; absent: the system's authorities. */
  ca?: string;
}

/** @param flags as they were given, by name without dashes; relative paths are meant from `cwd`. */
export async function clientSettings(
  flags: Readonly<Record<string, string | undefined>>,
  host: Host,
  cwd: string,
): Promise<ClientSettings> {
  const absolute = (path: string | undefined) =>
    path === undefined ? undefined : resolve(cwd, path);
  const path = cliFile(host);
  const text = (await readIfThere(path))?.toString();
  return readSettings(clientTable, {
    flags: {
      ...flags,
      'data-dir': absolute(flags['data-dir']),
      'token-file': absolute(flags['token-file']),
      ca: absolute(flags.ca),
    },
    env: host.env,
    file: text === undefined ? undefined : { path, text },
  });
}

/** @throws ResoleError `unauthorized`, `file-unreadable` or `invalid-input`, saying what to set. */
export async function accessOf(settings: ClientSettings, host: Host): Promise<Access> {
  const { url, tokenFile, ca } =
    settings.url === undefined ? await localAccess(settings, host) : settings;
  if (url === undefined) throw new Error('unreachable: localAccess always has a URL');
  if (tokenFile === undefined) {
    throw new ResoleError('unauthorized', `no token for ${url} was given`, {
      remedy: 'name the file that holds the admin token: --token-file FILE or RESOLE_TOKEN_FILE',
    });
  }
  const token = (await readIfThere(tokenFile))?.toString().trim();
  if (!token) throw missing('token', tokenFile, '--token-file');
  if (ca === undefined) return { url, token };
  const pem = (await readIfThere(ca))?.toString();
  if (!pem) throw missing('CA certificate', ca, '--ca');
  return { url, token, ca: pem };
}

/**
 * The controller on this host. Used only where no URL was given: its token must not be sent to
 * anybody else.
 */
async function localAccess(settings: ClientSettings, host: Host): Promise<ClientSettings> {
  const dataDir = settings.dataDir ?? defaultDataDir(host);
  const path = clientFile(dataDir);
  const text = (await readIfThere(path))?.toString();
  if (text === undefined) {
    throw new ResoleError('unreachable', `no controller is known: there is no ${path}`, {
      remedy: `start one here with "resole serve${settings.dataDir === undefined ? '' : ` --data-dir ${dataDir}`}", name its folder with --data-dir, or a distant one with --url, --token-file and --ca`,
    });
  }
  const local = readSettings(clientTable, { file: { path, text } });
  return {
    ...local,
    tokenFile: settings.tokenFile ?? local.tokenFile ?? join(dataDir, 'trust/admin-token'),
    ca: settings.ca ?? local.ca,
  };
}

const missing = (what: string, path: string, flag: string) =>
  new ResoleError('file-unreadable', `the file with the ${what} is missing or empty: ${path}`, {
    remedy: `name another: ${flag} FILE`,
  });

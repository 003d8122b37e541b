import { ResoleError } from '@resole/protocol';

/** A server as people name it to OpenSSH: a host name or an alias of its configuration. */
export interface Target {
  host: string;
  user?: string;
  port?: number;
}

const wrong = (text: string) =>
  new ResoleError('invalid-input', `"${text}" is not a server`, {
    remedy: 'name it as user@host, user@host:port or user@[2001:db8::1]:port',
  });

/** Takes `[user@]host[:port]` apart. @throws ResoleError `invalid-input` */
export const parseTarget = (text: string): Target => {
  const parts =
    /^(?:(?<user>[^@\s:]+)@)?(?:\[(?<v6>[0-9A-Fa-f:.%\w]+)\]|(?<host>[^@\s:[\]]+))(?::(?<port>\d+))?$/.exec(
      text,
    )?.groups;
  const host = parts?.v6 ?? parts?.host;
  // A word that begins with a dash would be an option of ssh.
  if (parts === undefined || host === undefined || /^-/.test(host) || /^-/.test(parts.user ?? '')) {
    throw wrong(text);
  }
  const port = parts.port === undefined ? undefined : Number(parts.port);
  if (port !== undefined && (port < 1 || port > 65_535)) throw wrong(text);
  return {
    host,
    ...(parts.user === undefined ? {} : { user: parts.user }),
    ...(port === undefined ? {} : { port }),
  };
};

/** The target as people wrote it, in one notation. */
export const targetText = ({ user, host, port }: Target): string => {
  const name = host.includes(':') ? `[${host}]` : host;
  return `${user === undefined ? '' : `${user}@`}${name}${port === undefined ? '' : `:${port}`}`;
};

/**
 * A file of targets: one a line, `#` begins a comment; each counts once, however often it is named.
 * @throws ResoleError with the line.
 */
export const parseTargets = (text: string): Target[] => {
  const targets = text.split('\n').flatMap((line, index) => {
    const [word = ''] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (word === '') return [];
    try {
      return [parseTarget(word)];
    } catch (error) {
      if (!(error instanceof ResoleError)) throw error;
      throw new ResoleError('invalid-input', `line ${index + 1}: ${error.message}`, {
        ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
      });
    }
  });
  return [...new Map(targets.map((target) => [targetText(target), target])).values()];
};

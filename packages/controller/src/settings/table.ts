/**
 * Every setting of the controller and of its CLI, once: parsing, flags, environment variables and
 * docs/settings.md all come from here.
 */
import type { Kind } from './kinds.ts';
import {
  address,
  choice,
  count,
  httpsUrl,
  macPrefix,
  names,
  path,
  port,
  seconds,
  secondsOrNone,
  text,
  url,
} from './kinds.ts';

export interface Setting<Value> {
  kind: Kind<Value>;
  /** The value where none is given; absent: decided at start, as `defaultText` says. */
  default?: Value;
  defaultText?: string;
  description: string;
}

export interface SettingTable {
  [name: string]: Setting<unknown> | SettingTable;
}

const withDefault = <Value>(
  kind: Kind<Value>,
  value: NoInfer<Value>,
  description: string,
): Setting<Value> & { default: Value } => ({ kind, default: value, description });

const decidedAtStart = <Value>(
  kind: Kind<Value>,
  defaultText: string,
  description: string,
): Setting<Value> => ({ kind, defaultText, description });

/** `resole serve`. */
export const controllerTable = {
  dataDir: decidedAtStart(
    path,
    '`/var/lib/resole-controller` for root, `~/.local/share/resole` for others',
    'Folder with everything the controller keeps: store, keys, built distros.',
  ),
  api: {
    listen: withDefault(
      address,
      '::',
      'Address for people and agents (TLS); `::` is all, IPv4 too.',
    ),
    port: withDefault(port, 7443, 'Port for people and agents; 0 takes a free one.'),
    url: decidedAtStart(
      httpsUrl,
      '`https://<first address of this host>:<api.port>`',
      'How agents and people reach the controller; its host is put into the certificate.',
    ),
  },
  provision: {
    listen: withDefault(address, '::', 'Address for installers (plain HTTP).'),
    port: withDefault(port, 7480, 'Port for installers; 0 takes a free one.'),
    url: decidedAtStart(
      url,
      '`http://<first address of this host>:<provision.port>`',
      'How installers reach the controller; an IP address, where they have no name server.',
    ),
  },
  names: withDefault(
    names,
    [],
    'More host names and IP addresses for the certificate, besides those this host has.',
  ),
  agentDir: decidedAtStart(
    path,
    '`<dataDir>/agent`',
    'Folder with the agent that installers put on new systems: what `scripts/package-agent` makes.',
  ),
  pluginDir: decidedAtStart(
    path,
    '`<dataDir>/plugins`',
    'Folder with the executables (`triggers/<event>/`) and modules (`modules/*.mjs`) of operators.',
  ),
  pluginTimeout: withDefault(seconds, 30, 'How long one run of a plugin may take.'),
  power: {
    parallel: withDefault(count, 32, 'Questions and orders to power systems under way at once.'),
    stagger: withDefault(
      secondsOrNone,
      0.2,
      'Time between the starts of two machines; 0 starts them all at once.',
    ),
    deadline: withDefault(
      seconds,
      60,
      'How long a change of power may take until it is seen; an OS that is asked to shut down or woken has 300 s at least.',
    ),
    refresh: withDefault(
      secondsOrNone,
      300,
      'How often power systems are asked for their state in the background; 0 is never.',
    ),
  },
  virt: {
    macPrefix: withDefault(
      macPrefix,
      '52:54:00',
      'What the MACs of new guests begin with; 52:54:00 is QEMU’s own.',
    ),
  },
  debianMirror: decidedAtStart(
    url,
    'the archive in apt’s configuration',
    'Debian archive from which `resole distro build` takes packages.',
  ),
  logLevel: withDefault(
    choice('error', 'warn', 'info', 'debug'),
    'info',
    'The least important messages that are logged.',
  ),
  logFormat: decidedAtStart(
    choice('json', 'text'),
    '`text` on a terminal, else `json`',
    'JSON lines, or lines for people.',
  ),
} as const satisfies SettingTable;

/** Every other command: how it reaches the controller. */
export const clientTable = {
  url: decidedAtStart(httpsUrl, 'the controller of `dataDir`', 'Where the controller’s API is.'),
  tokenFile: decidedAtStart(
    path,
    'the controller’s own, where the CLI runs beside it',
    'File with the admin token; only you should be able to read it.',
  ),
  ca: decidedAtStart(
    path,
    'the controller’s own, where the CLI runs beside it',
    'The controller’s CA certificate (PEM), from `https://<controller>/ca.pem`.',
  ),
  dataDir: decidedAtStart(
    path,
    'as for `resole serve`',
    'Data folder of a controller on this host: its `client.yaml` holds the three above.',
  ),
  output: withDefault(choice('table', 'json', 'yaml'), 'table', 'Form of what is printed.'),
  editor: decidedAtStart(
    text,
    '`$VISUAL`, `$EDITOR`, else `vi`',
    'Program for `edit` without flags.',
  ),
} as const satisfies SettingTable;

/** The values that a table yields. */
export type Values<Table> = {
  [Name in keyof Table]: Table[Name] extends { kind: Kind<infer Value>; default: unknown }
    ? Value
    : Table[Name] extends { kind: Kind<infer Value> }
      ? Value | undefined
      : Values<Table[Name]>;
};
export type ControllerSettings = Values<typeof controllerTable>;
export type ClientSettings = Values<typeof clientTable>;

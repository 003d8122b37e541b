import { type GuestSpec, ResoleError } from '@resole/protocol';
import { askEach, type Connection } from '../../facts/virt-connections.ts';
import type { UndoContext } from '../../ports.ts';

type Context = Pick<UndoContext, 'run'>;

/** A guest, and where it is asked for. */
export interface GuestAt {
  uuid: string;
  connection: Connection;
}

const uris: Readonly<Record<GuestSpec['type'], Connection>> = {
  auto: 'qemu:///system',
  kvm: 'qemu:///system',
  qemu: 'qemu:///system',
  'xen-pv': 'xen:///system',
  'xen-hvm': 'xen:///system',
  lxc: 'lxc:///system',
};

/** Where libvirt's driver of a kind of guests is reached. */
export const uriOf = (type: GuestSpec['type']): Connection => uris[type];

/** Runs virsh(1). @throws ResoleError `program-failed` with virsh's own words, `program-missing` */
export const virsh = (
  { run }: Context,
  args: readonly string[],
  connection: Connection,
): Promise<string> => run('virsh', ['--quiet', '--connect', connection, ...args]);

const uuidsOf = async (context: Context, connection: Connection): Promise<string[]> =>
  (await virsh(context, ['list', '--all', '--uuid'], connection)).split(/\s+/).filter(Boolean);

/** @param why virsh's own words */
export const noLibvirt = (why?: string): ResoleError =>
  new ResoleError(
    'virt-host-unfit',
    `libvirt does not answer on this machine${why === undefined ? '' : `: ${why}`}`,
    { remedy: 'install libvirt-daemon-system and virtinst, and start libvirtd' },
  );

/**
 * The UUIDs of this host's guests, by the connections that are there.
 * @throws ResoleError `virt-host-unfit` where none is
 */
export const guestsOf = (context: Context): Promise<Map<Connection, string[]>> =>
  askEach((connection) => uuidsOf(context, connection)).catch((error: unknown) => {
    throw error instanceof ResoleError ? noLibvirt(error.message) : error;
  });

/** A guest's connection; where there is no such guest, the first that answers, which has the pools. */
export const connectionOf = async (context: Context, uuid: string): Promise<Connection> => {
  const all = [...(await guestsOf(context))];
  const [first = uris.auto] = all.map(([connection]) => connection);
  return all.find(([, uuids]) => uuids.includes(uuid))?.[0] ?? first;
};

/** The state of a guest in libvirt's words, or undefined where there is no such guest. */
export const stateOf = async (
  context: Context,
  uuid: string,
  connection: Connection,
): Promise<string | undefined> => {
  if (!(await uuidsOf(context, connection)).includes(uuid)) return undefined;
  return (await virsh(context, ['domstate', uuid], connection)).trim();
};

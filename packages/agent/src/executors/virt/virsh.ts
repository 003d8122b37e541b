import type { GuestSpec } from '@resole/protocol';
import type { UndoContext } from '../../ports.ts';

type Type = GuestSpec['type'];

/** Where libvirt's driver of a kind of guests is reached (libvirt.org/uri.html). */
export const uriOf = (type: Type = 'kvm'): string =>
  ({
    auto: 'qemu:///system',
    kvm: 'qemu:///system',
    qemu: 'qemu:///system',
    'xen-pv': 'xen:///system',
    'xen-hvm': 'xen:///system',
    lxc: 'lxc:///system',
  })[type];

/** Runs virsh(1). @throws ResoleError `program-failed` with virsh's own words, `program-missing` */
export const virsh = (
  { run }: Pick<UndoContext, 'run'>,
  args: readonly string[],
  type?: Type,
): Promise<string> => run('virsh', ['--quiet', '--connect', uriOf(type), ...args]);

/** The state of a guest in libvirt's words, or undefined where there is no such guest. */
export const stateOf = async (
  context: Pick<UndoContext, 'run'>,
  uuid: string,
  type?: Type,
): Promise<string | undefined> => {
  const all = await virsh(context, ['list', '--all', '--uuid'], type);
  if (!all.split(/\s+/).includes(uuid)) return undefined;
  return (await virsh(context, ['domstate', uuid], type)).trim();
};

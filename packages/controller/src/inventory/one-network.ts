/** A guest is on one network: who says `virt.bridge` or `virt.network` means it instead of the other. Pure. */
import type { Options, Virt } from '@resole/protocol';
import { isMapping, type Mapping } from './merge.ts';

/** A layer of options whose bridge takes away the network that it would inherit, and the reverse. */
export const onOneNetwork = (options: Mapping): Mapping => {
  const { virt } = options;
  if (!isMapping(virt)) return options;
  const says = (field: string) => typeof virt[field] === 'string';
  // Both in one layer is a contradiction that is not for us to solve.
  if (says('bridge') === says('network')) return options;
  const other = says('bridge') ? '!network' : '!bridge';
  return { ...options, virt: { ...virt, [other]: null } };
};

/** What a system says of its guest, with what was asked for now laid over it. */
export const withVirt = (stored: Options['virt'], asked: Virt): Options['virt'] => {
  if (asked.bridge === undefined && asked.network === undefined) return { ...stored, ...asked };
  const { bridge: _, network: __, ...rest } = stored ?? {};
  return { ...rest, ...asked };
};

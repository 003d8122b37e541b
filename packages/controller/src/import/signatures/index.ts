/** The table of signatures: the first row that fits a tree decides, so the special come first. */
import type { Signature } from '../signature.ts';
import { anacondaSignatures } from './anaconda.ts';
import { debianSignatures } from './debian.ts';
import { linuxSignatures } from './linux.ts';
import { otherSignatures } from './others.ts';
import { suseSignatures } from './suse.ts';
import { ubuntuSignatures } from './ubuntu.ts';

export const signatures: readonly Signature[] = [
  ...suseSignatures,
  ...anacondaSignatures,
  ...ubuntuSignatures,
  ...debianSignatures,
  ...otherSignatures,
  ...linuxSignatures,
];

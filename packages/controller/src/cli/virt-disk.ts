/** `--virt-disk 20` and `--virt-disk size=20,pool=fast`: a guest's disk. */
import type { VirtDisk } from '@resole/protocol';
import { pairsOf, type Wrong } from './pairs.ts';

/** Flag's word → the field it fills. */
const fields: Readonly<Record<string, keyof VirtDisk>> = {
  size: 'sizeGiB',
  pool: 'pool',
  bus: 'bus',
  format: 'format',
};

export function virtDisk(text: string, wrong: Wrong): Record<string, unknown> {
  const number = (word: string) =>
    /^\d+(\.\d+)?$/.test(word) ? Number(word) : wrong('must be a number of GiB', word);
  if (!text.includes('=')) return { sizeGiB: number(text) };
  return Object.fromEntries(
    pairsOf(text).map(([key, value = '']) => {
      const field = fields[key];
      if (field === undefined)
        wrong(`has no "${key}"`, text, `give ${Object.keys(fields).join(', ')}`);
      return [field ?? key, field === 'sizeGiB' ? number(value) : value];
    }),
  );
}

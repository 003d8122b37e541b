/** What efibootmgr prints. Pure. */

export interface EfiListing {
  /** Four hexadecimal digits. */
  bootNext: string | undefined;
  entries: { number: string; label: string }[];
}

/** Reads `efibootmgr`'s listing; version 18 puts the device path after a tab behind the label. */
export function parseListing(text: string): EfiListing {
  const bootNext = /^BootNext: ([0-9A-F]{4})/m.exec(text)?.[1];
  const entries = [...text.matchAll(/^Boot([0-9A-F]{4})[* ] (.*)$/gm)].map(
    ([, number = '', rest = '']) => ({ number, label: (rest.split('\t')[0] ?? '').trim() }),
  );
  return { bootNext, entries };
}

/** What a medium's own boot menu boots: the first entry that has a kernel and an initrd. */

export interface MenuEntry {
  kernel: string;
  initrd: string;
  /** Arguments that mean the same without the medium. */
  options: Record<string, string>;
}

interface Draft {
  kernel: string;
  initrd?: string;
  words: string[];
}

/** `folder` is that of the menu, from which isolinux means relative names. */
export function menuEntry(text: string, folder: string): MenuEntry | undefined {
  const drafts: Draft[] = [];
  for (const raw of text.split('\n')) {
    const [keyword = '', ...rest] = raw.trim().split(/\s+/);
    const name = keyword.toLowerCase();
    const last = drafts.at(-1);
    if (name === 'kernel' || name === 'linux' || name === 'linuxefi') {
      drafts.push({ kernel: rest[0] ?? '', words: rest.slice(1) });
    } else if (last && (name === 'initrd' || name === 'initrdefi')) last.initrd ??= rest[0] ?? '';
    else if (last && (name === 'append' || name === 'options')) last.words.push(...rest);
  }
  for (const { kernel, initrd, words } of drafts) {
    // A menu program of isolinux is no kernel.
    if (/\.(c32|cfg|0|bin)$/.test(kernel)) continue;
    const beside = words.find((word) => word.startsWith('initrd='))?.slice(7);
    const pair = { kernel: inTree(kernel, folder), initrd: inTree(initrd ?? beside ?? '', folder) };
    if (pair.kernel !== '' && pair.initrd !== '') return { ...pair, options: portable(words) };
  }
  return undefined;
}

/** GRUB writes `($root)/x`, isolinux `/x` or `x`; more initrds than the first are left out. */
function inTree(name: string, folder: string): string {
  const path = (name.split(',')[0] ?? '').replace(/^\([^)]*\)/, '');
  if (path === '') return '';
  const parts = (path.startsWith('/') ? path : `${folder}/${path}`).split('/');
  return parts.some((part) => part === '..' || part.includes('$'))
    ? ''
    : parts.filter((part) => part !== '' && part !== '.').join('/');
}

/** Leaves out what names the medium (labels, its device) and what GRUB would fill in. */
function portable(words: readonly string[]): Record<string, string> {
  const kept = words.filter(
    (word) =>
      /^[\w.-]+(=\S*)?$/.test(word) &&
      !/^(initrd|BOOT_IMAGE|root|file|iso-scan|findiso)=|LABEL|UUID|label=|\$/i.test(word) &&
      !/^-+$/.test(word),
  );
  return Object.fromEntries(
    kept.map((word) => {
      const at = word.indexOf('=');
      return at === -1 ? [word, ''] : [word.slice(0, at), word.slice(at + 1)];
    }),
  );
}

/** What is on an ISO, as bsdtar and 7zz list it. */

export interface IsoFile {
  /** As the tree has it. */
  path: string;
  /** As the program that reads the ISO wants it. */
  member: string;
  kind: 'file' | 'folder' | 'symlink' | 'hardlink';
  size: number;
  /** Seconds since 1970; 0 where the listing has no exact one. */
  mtime: number;
  target?: string;
}

/** `bsdtar -tvf` in the C locale: mode, links, owner, group, size, three words of date, name. */
const line = /^([-dlh])\S{9}\s+\d+\s+\S+\s+\S+\s+(\d+)\s+\S+\s+\S+\s+\S+ (.*)$/;

export function bsdtarListing(text: string): IsoFile[] {
  const files: IsoFile[] = [];
  for (const match of text.matchAll(new RegExp(line, 'gm'))) {
    const [, type = '-', size = '0', rest = ''] = match;
    const [, name = rest, how, target] = rest.match(/^(.*?)(?: (->|link to) (.*))?$/) ?? [];
    const isLink = (type === 'l' && how === '->') || how === 'link to';
    const member = unescaped(isLink ? name : rest);
    const path = member.replace(/^\.\//, '').replace(/\/$/, '');
    if (path === '' || path === '.') continue;
    const kind = isLink
      ? how === '->'
        ? 'symlink'
        : 'hardlink'
      : type === 'd'
        ? 'folder'
        : 'file';
    const leads = isLink && target !== undefined ? { target: unescaped(target) } : {};
    files.push({ path, member, kind, size: Number(size), mtime: 0, ...leads });
  }
  return lowered(files);
}

/** bsdtar writes unprintable characters as C does. */
const unescaped = (name: string): string =>
  name.replaceAll(/\\(\\|[0-7]{3})/g, (_, code: string) =>
    code === '\\' ? '\\' : String.fromCharCode(Number.parseInt(code, 8)),
  );

/** `7zz l -slt -ba`: a paragraph a file, `Key = value`. Times are in UTC since we ask for it. */
export function sevenZipListing(text: string): IsoFile[] {
  const files: IsoFile[] = [];
  for (const paragraph of text.replaceAll('\r', '').split(/\n\n+/)) {
    const value = (key: string) => paragraph.match(new RegExp(`^${key} = (.*)$`, 'm'))?.[1];
    const member = value('Path');
    if (member === undefined) continue;
    const modified = Date.parse(`${value('Modified')?.slice(0, 19).replace(' ', 'T')}Z`);
    files.push({
      path: member,
      member,
      kind: value('Folder') === '+' ? 'folder' : 'file',
      size: Number(value('Size') || 0),
      mtime: Number.isNaN(modified) ? 0 : Math.floor(modified / 1000),
    });
  }
  return files;
}

/**
 * Plain ISO 9660 knows capitals only. Linux shows such names in lower case (mount(8), map=normal),
 * and that is how files on such media refer to each other.
 */
export function lowered(files: IsoFile[]): IsoFile[] {
  if (files.some(({ path }) => /[a-z]/.test(path))) return files;
  return files.map((file) => ({
    ...file,
    path: file.path.toLowerCase(),
    ...(file.target === undefined ? {} : { target: file.target.toLowerCase() }),
  }));
}

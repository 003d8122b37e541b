/** How many packages are installed: read from the package manager's own records. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Facts } from '@resole/protocol';
import type { Run } from '../exec.ts';

export type Packages = NonNullable<Facts['packages']>;

interface Manager {
  /** Where its records may be; the first that is there counts. */
  records: readonly string[];
  count(records: string, run: Run): Promise<number>;
}

const matches = async (path: string, pattern: RegExp): Promise<number> =>
  (await readFile(path, 'latin1')).match(pattern)?.length ?? 0;

/** In this order: an rpm on a Debian is a tool, not what the system consists of. */
const managers: Readonly<Record<Packages['manager'], Manager>> = {
  dpkg: {
    records: ['var/lib/dpkg/status'],
    count: (path) => matches(path, /^Status: \S+ ok installed$/gm),
  },
  rpm: {
    records: [
      'var/lib/rpm/rpmdb.sqlite',
      'usr/lib/sysimage/rpm/rpmdb.sqlite',
      'usr/lib/sysimage/rpm/Packages.db',
      'var/lib/rpm/Packages',
    ],
    // Its database has formats of its own: asked, with one character for each package.
    count: async (_, run) => (await run('rpm', ['--query', '--all', '--queryformat', '.'])).length,
  },
  pacman: {
    records: ['var/lib/pacman/local'],
    count: async (path) =>
      (await readdir(path, { withFileTypes: true })).filter((entry) => entry.isDirectory()).length,
  },
  apk: { records: ['lib/apk/db/installed'], count: (path) => matches(path, /^P:/gm) },
};

/** What was counted, and the records' time of change then. */
const counted = new Map<string, { at: number; packages: Packages }>();

/** Undefined where no package manager is known. Counts anew only where its records have changed. */
export const readPackages = async (run: Run, root = '/'): Promise<Packages | undefined> => {
  for (const [manager, { records, count }] of Object.entries(managers)) {
    for (const path of records.map((each) => join(root, each))) {
      const at = (await stat(path).catch(() => undefined))?.mtimeMs;
      if (at === undefined) continue;
      const before = counted.get(path);
      if (before?.at === at) return before.packages;
      const packages = { manager: manager as Packages['manager'], count: await count(path, run) };
      counted.set(path, { at, packages });
      return packages;
    }
  }
  return undefined;
};

/** What lies in the plugin folder. It is looked at when something happens: nothing to reload. */
import { statSync } from 'node:fs';
import { access, constants, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Runnable: no editor's back-up, no hidden file. */
const runnable = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;

export interface Found {
  name: string;
  path: string;
}

export const triggersOf = (pluginDir: string, event: string): string =>
  join(pluginDir, 'triggers', event);
export const modulesOf = (pluginDir: string): string => join(pluginDir, 'modules');

/** Cheap enough to ask at every event: one look into the file system's cache. */
export const folderExists = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** By name; the folder may be missing. */
const filesIn = async (folder: string): Promise<Found[]> => {
  const entries = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });
  return entries
    .filter((name) => runnable.test(name))
    .sort()
    .map((name) => ({ name, path: join(folder, name) }));
};

export interface Executable extends Found {
  /** A file without the x bit is left alone: that is how one is switched off. */
  enabled: boolean;
}

export const executablesOf = async (pluginDir: string, event: string): Promise<Executable[]> => {
  const files = await filesIn(triggersOf(pluginDir, event));
  const states = await Promise.all(
    files.map(async (file) => {
      const isFile = (await stat(file.path).catch(() => undefined))?.isFile() === true;
      const enabled = await access(file.path, constants.X_OK).then(
        () => true,
        () => false,
      );
      return isFile ? [{ ...file, enabled }] : [];
    }),
  );
  return states.flat();
};

export const moduleFilesOf = async (pluginDir: string): Promise<Found[]> =>
  (await filesIn(modulesOf(pluginDir))).filter(({ name }) => name.endsWith('.mjs'));

/** Folders of triggers whose names mean no event: most likely spelled wrong. */
export const unknownFolders = async (
  pluginDir: string,
  events: readonly string[],
): Promise<string[]> => {
  const names = await readdir(join(pluginDir, 'triggers')).catch(() => []);
  return names.filter((name) => !events.includes(name)).sort();
};

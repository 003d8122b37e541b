import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Store } from '../store/store.ts';
import type { Templates } from './render.ts';

const extension = '.j2';

/**
 * Reads the templates that come with Resole. A template is named by its path below the folder
 * without `.j2`: `image/answer-file.sh.j2` → `image/answer-file.sh`. Other files are none.
 */
export const readShipped = async (folder: string): Promise<Templates> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(extension))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const templates: Record<string, string> = {};
  for (const file of files) {
    const name = relative(folder, file).slice(0, -extension.length).split(sep).join('/');
    templates[name] = await readFile(file, 'utf8');
  }
  return templates;
};

/** All templates for rendering, by name: those that come with Resole, under the operator's own. */
export const loadTemplates = async (
  store: Store,
  shipped: Templates,
): Promise<Record<string, string>> => {
  const stored = await store.templates.list();
  return {
    ...shipped,
    ...Object.fromEntries(stored.map((template) => [template.name, template.text])),
  };
};

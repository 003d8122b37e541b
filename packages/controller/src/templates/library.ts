import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Template } from '@resole/protocol';
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

/** What was made for a store last, and of what. */
const made = new WeakMap<Store, { shipped: Templates; stored: Template[]; all: Templates }>();

/**
 * All templates for rendering, by name: those that come with Resole, under the operator's own. They
 * are asked for with every answer file, so the mapping stays until a template changes.
 */
export const loadTemplates = async (store: Store, shipped: Templates): Promise<Templates> => {
  const stored = await store.templates.list();
  const last = made.get(store);
  const isSame =
    last?.shipped === shipped &&
    last.stored.length === stored.length &&
    last.stored.every((template, index) => template === stored[index]);
  if (last !== undefined && isSame) return last.all;
  const own = Object.fromEntries(stored.map((template) => [template.name, template.text]));
  const all = { ...shipped, ...own };
  made.set(store, { shipped, stored, all });
  return all;
};

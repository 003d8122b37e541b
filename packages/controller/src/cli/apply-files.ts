/** The files that `resole apply` reads: one document of all of them, and where each part of it stands. */
import { readdir, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { type ErrorDetail, ResoleError } from '@resole/protocol';
import { isMap, isScalar, LineCounter, type Node, type Pair, parseAllDocuments } from 'yaml';
import type { CliContext } from './context.ts';
import { readText } from './files.ts';

type Mapping = Record<string, unknown>;

export interface ApplyInput {
  /** Noun → name → fields. */
  document: Record<string, Mapping>;
  /** `web.yaml:12` of a field, as in `profiles.web.parent`; of what is nearest around it. */
  placeOf(field: string): string | undefined;
}

/** @throws ResoleError `invalid-input` with everything that is wrong in any of the files. */
export async function readApplyInput(
  paths: readonly string[],
  context: CliContext,
): Promise<ApplyInput> {
  const files = (await Promise.all(paths.map((path) => filesOf(path, context)))).flat();
  const reader = createReader();
  for (const file of files) reader.add(file, await readText(file, context));
  return reader.end();
}

/** A folder stands for the YAML files in it, at any depth. */
async function filesOf(path: string, { cwd }: CliContext): Promise<string[]> {
  if (path === '-') return [path];
  const found = await stat(resolve(cwd, path)).catch(() => undefined);
  if (found?.isDirectory() !== true) return [path];
  const entries = await readdir(resolve(cwd, path), { recursive: true });
  const names = entries.filter((name) => /\.ya?ml$/.test(name)).sort();
  if (names.length > 0) return names.map((name) => join(path, name));
  throw new ResoleError('invalid-input', `there is no YAML file in ${path}`, {
    remedy: 'their names end in .yaml or .yml',
  });
}

/** Keys of a document that have objects in them, by name; in `settings` there are fields at once. */
const hasNames = (section: string) => section !== 'settings';

function createReader() {
  const document: Record<string, Mapping> = {};
  const places = new Map<string, string>();
  const details: ErrorDetail[] = [];

  const addSection = (section: string, value: unknown, node: unknown, placed: Placed): void => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      // An empty section says nothing; what is no mapping is refused by the controller.
      document[section] ??= (value ?? {}) as Mapping;
      return;
    }
    const known = document[section] ?? {};
    document[section] = known;
    for (const [name, fields] of Object.entries(value)) {
      const path = `${section}.${name}`;
      if (Object.hasOwn(known, name)) {
        const what = hasNames(section) ? 'is described twice' : 'is set twice';
        const remedy = `the other one is at ${places.get(path)}`;
        details.push({ field: `${placed.at(keyIn(node, name))} ${path}`, problem: what, remedy });
        continue;
      }
      known[name] = fields;
    }
    placed.walk(node, section);
  };

  return {
    add(file: string, text: string): void {
      const lines = new LineCounter();
      const name = file === '-' ? 'standard input' : relative('', file) && file;
      for (const part of parseAllDocuments(text, { lineCounter: lines, prettyErrors: false })) {
        if (!('contents' in part)) continue;
        const placed = placedIn(name, lines, places);
        for (const { message, pos } of part.errors) {
          details.push({ field: `${name}:${lines.linePos(pos[0]).line}`, problem: message });
        }
        if (part.errors.length > 0 || part.contents === null) continue;
        const value: unknown = part.toJS();
        if (!isMap(part.contents) || typeof value !== 'object' || value === null) {
          const problem = 'is no mapping of nouns';
          const remedy = 'as in profiles: {web: {distro: debian12}}';
          details.push({ field: placed.at(part.contents), problem, remedy });
          continue;
        }
        for (const [section, inner] of Object.entries(value)) {
          const pair = pairOf(part.contents, section);
          places.set(section, places.get(section) ?? placed.at(pair?.key));
          addSection(section, inner, pair?.value, placed);
        }
      }
    },
    end(): ApplyInput {
      if (details.length > 0) {
        throw new ResoleError('invalid-input', 'the files cannot be applied', { details });
      }
      return { document, placeOf: (field) => nearest(places, field) };
    },
  };
}

interface Placed {
  /** `web.yaml:12` */
  at(node: unknown): string;
  /** Notes the places of everything below a node. */
  walk(node: unknown, path: string): void;
}

function placedIn(file: string, lines: LineCounter, places: Map<string, string>): Placed {
  const at = (node: unknown) => {
    const start = (node as Node | null | undefined)?.range?.[0];
    return start === undefined ? file : `${file}:${lines.linePos(start).line}`;
  };
  const walk = (node: unknown, path: string): void => {
    if (!isMap(node)) return;
    for (const { key, value } of node.items) {
      const inner = `${path}.${isScalar(key) ? String(key.value) : ''}`;
      if (!places.has(inner)) places.set(inner, at(key));
      walk(value, inner);
    }
  };
  return { at, walk };
}

const pairOf = (node: unknown, name: string): Pair | undefined =>
  isMap(node)
    ? node.items.find(({ key }) => isScalar(key) && String(key.value) === name)
    : undefined;

const keyIn = (node: unknown, name: string): unknown => pairOf(node, name)?.key;

function nearest(places: ReadonlyMap<string, string>, field: string): string | undefined {
  for (let path = field; path !== ''; path = path.slice(0, Math.max(0, path.lastIndexOf('.')))) {
    const place = places.get(path);
    if (place !== undefined) return place;
  }
  return undefined;
}

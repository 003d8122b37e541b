/** FAI's configuration space: all templates below a prefix, rendered into one archive. */
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { ResoleError } from '@resole/protocol';
import { pack } from 'tar-stream';
import type { Templates } from '../templates/render.ts';
import { render } from '../templates/render.ts';

/** One file of a configuration space. */
export interface SpaceFile {
  /** Relative path in the space. */
  path: string;
  mode: 0o644 | 0o755;
  text: string;
}

/** Below the prefix, but not part of the space. */
const bootArgs = 'boot-args';

/**
 * Renders the templates whose names start with `prefix` (`fai/`), each to the file of the rest of its name.
 * - What renders to nothing but white space is left out.
 * - What begins with `#!` is executable: FAI runs (or reads) hooks, scripts and classes only then.
 * - Names with a part that starts with `_` are there to be included by others.
 * Sorted by path, so that equal input gives an equal space.
 */
export function renderSpaceFiles(
  prefix: string,
  templates: Templates,
  variables: object,
): SpaceFile[] {
  const names = Object.keys(templates)
    .filter((name) => name.startsWith(prefix) && name !== `${prefix}${bootArgs}`)
    .filter((name) => !name.split('/').some((part) => part.startsWith('_')))
    .sort();
  if (names.length === 0) {
    throw new ResoleError('template-error', `there is no template below ${prefix}`);
  }
  return names
    .map((name): SpaceFile => {
      const text = render(name, templates, variables);
      return { path: name.slice(prefix.length), mode: text.startsWith('#!') ? 0o755 : 0o644, text };
    })
    .filter(({ text }) => text.trim() !== '');
}

/** The rendered space as a .tar.gz, byte for byte the same for the same input. */
export async function renderConfigSpace(
  prefix: string,
  templates: Templates,
  variables: object,
): Promise<Buffer> {
  const archive = pack();
  for (const { path, mode, text } of renderSpaceFiles(prefix, templates, variables)) {
    archive.entry({ name: path, mode, uid: 0, gid: 0, mtime: new Date(0) }, text);
  }
  archive.finalize();
  return promisify(gzip)(await buffer(archive));
}

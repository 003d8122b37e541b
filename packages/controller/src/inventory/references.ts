import type { Options } from '@resole/protocol';
import type { Keyed } from '../store/store.ts';
import { byIdOrName, type Named } from './find.ts';
import type { Checked } from './kind.ts';
import { didYouMean } from './nearest.ts';
import type { Problem } from './problems.ts';
import { isTemplate, templateNames, type World } from './world.ts';

const unknown = (field: string, noun: string, ref: string, names: readonly string[]): Problem => ({
  field,
  problem: `there is no ${noun} "${ref}"`,
  value: ref,
  remedy:
    didYouMean(ref, names) ??
    (names.length === 0 ? `add a ${noun} first` : `see which there are: resole ${noun} list`),
});

/** The id of an object that a field mentions by id or name. */
export const reference = async <T extends Keyed & { name: string }>(
  field: string,
  noun: string,
  ref: string,
  collection: Named<T>,
): Promise<{ id: string; problems: Problem[] }> => {
  const found = await byIdOrName(collection, ref);
  if (found !== undefined) return { id: found.id, problems: [] };
  const names = (await collection.list()).map((object) => object.name);
  return { id: ref, problems: [unknown(field, noun, ref, names)] };
};

/** The options that mention other objects, by their ids; and what they mention that isn't there. */
export const checkOptions = async (options: Options, world: World): Promise<Checked<Options>> => {
  const { store } = world;
  const changes: Partial<Options> = {};
  const problems: Problem[] = [];
  for (const field of ['answerFile', 'bootArgs'] as const) {
    const ref = options[field];
    if (ref === undefined || (await isTemplate(world, ref))) continue;
    problems.push(unknown(field, 'template', ref, await templateNames(world)));
  }
  if (options.repos !== undefined) {
    const repos = await Promise.all(
      options.repos.map((ref, index) => reference(`repos.${index}`, 'repo', ref, store.repos)),
    );
    changes.repos = repos.map(({ id }) => id);
    problems.push(...repos.flatMap((repo) => repo.problems));
  }
  if (options.virt?.image !== undefined) {
    const image = await reference('virt.image', 'image', options.virt.image, store.images);
    changes.virt = { ...options.virt, image: image.id };
    problems.push(...image.problems);
  }
  return { changes, problems };
};

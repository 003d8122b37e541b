import { ImageInput } from '@resole/protocol';
import { measureArtefact } from './artefacts.ts';
import { findNamed } from './find.ts';
import { type Kind, nothing } from './kind.ts';

export const imageKind: Kind<ImageInput> = {
  noun: 'image',
  prefix: 'img',
  schema: ImageInput,
  collection: (store) => store.images,
  find: (store, ref) => findNamed('image', store.images, ref),
  measure: async ({ file }) => {
    if (file === undefined) return nothing;
    const { artefact, problems } = await measureArtefact('file', file);
    return { changes: { file: artefact }, problems };
  },
  check: async () => nothing,
  unique: () => [],
};

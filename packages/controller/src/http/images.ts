import { Image, ImageInput } from '@resole/protocol';
import type { Api } from './api.ts';
import { crudRoutes } from './crud.ts';
import type { ApiDeps } from './deps.ts';

export const imageRoutes = (app: Api, { inventory }: ApiDeps): void =>
  crudRoutes(app, {
    path: 'images',
    noun: 'image',
    input: ImageInput,
    reply: Image,
    service: inventory.images,
  });

import { Distro, DistroInput } from '@resole/protocol';
import type { Api } from './api.ts';
import { crudRoutes } from './crud.ts';
import type { ApiDeps } from './deps.ts';

export const distroRoutes = (app: Api, { inventory }: ApiDeps): void =>
  crudRoutes(app, {
    path: 'distros',
    noun: 'distro',
    input: DistroInput,
    reply: Distro,
    service: inventory.distros,
  });

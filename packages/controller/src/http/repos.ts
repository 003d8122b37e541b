import { Repo, RepoInput } from '@resole/protocol';
import type { Api } from './api.ts';
import { crudRoutes } from './crud.ts';
import type { ApiDeps } from './deps.ts';

export const repoRoutes = (app: Api, { inventory }: ApiDeps): void =>
  crudRoutes(app, {
    path: 'repos',
    noun: 'repo',
    input: RepoInput,
    reply: Repo,
    service: inventory.repos,
  });

import type { Repo } from '@resole/protocol';
import type { RepoVariables } from '../../templates/variables.ts';
import { fingerprints } from './openpgp.ts';

/** The repositories as templates see them, in the order in which they are given. */
export const repoVariables = (repos: readonly Repo[], arch: string): RepoVariables[] =>
  repos
    .filter((repo) => repo.arch === undefined || repo.arch === arch)
    .map((repo) => ({
      name: repo.name,
      type: repo.type,
      url: repo.url,
      url_kind: repo.urlKind ?? 'baseurl',
      ...(repo.arch === undefined ? {} : { arch: repo.arch }),
      suites: repo.suites ?? [],
      components: repo.components ?? [],
      ...(repo.key === undefined ? {} : { key: repo.key }),
      key_fingerprints: fingerprints(repo.key ?? ''),
      ...(repo.priority === undefined ? {} : { priority: repo.priority }),
      enabled: repo.enabled ?? true,
      options: repo.options ?? {},
      ...(repo.proxy === undefined ? {} : { proxy: repo.proxy }),
    }));

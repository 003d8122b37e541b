import { RepoInput } from '@resole/protocol';
import { findNamed } from './find.ts';
import { type Kind, nothing } from './kind.ts';
import type { Problem } from './problems.ts';

/** Fields that only some types of repository have. */
const typeProblems = ({ type, suites, urlKind }: Partial<RepoInput>): Problem[] => {
  const problems: Problem[] = [];
  if (type === 'apt' && suites === undefined) {
    const remedy = 'as in ["bookworm"]; a flat repository has the suite "./"';
    problems.push({ field: 'suites', problem: 'is missing: an apt repository has suites', remedy });
  }
  if (type !== undefined && type !== 'dnf' && urlKind !== undefined && urlKind !== 'baseurl') {
    const problem = `only dnf's repositories have a ${urlKind}`;
    problems.push({ field: 'urlKind', problem, value: urlKind });
  }
  return problems;
};

export const repoKind: Kind<RepoInput> = {
  noun: 'repo',
  prefix: 'rep',
  schema: RepoInput,
  collection: (store) => store.repos,
  find: (store, ref) => findNamed('repo', store.repos, ref),
  measure: async () => nothing,
  check: async (fields) => ({ changes: {}, problems: typeProblems(fields) }),
  unique: () => [],
};

import type { Distro, Options } from '@resole/protocol';
import type { AnswerVariables } from '../../templates/variables.ts';

/**
 * Where an installer finds what, below the job's own address; a tree that stays where it is, there.
 */
export const urlsOf = (base: string, distro: Pick<Distro, 'tree'>): AnswerVariables['urls'] => ({
  base,
  answer_file: `${base}/answer-file`,
  tree: isRemote(distro.tree) ? distro.tree.replace(/\/+$/, '') : `${base}/tree`,
  image: `${base}/image`,
  agent_zst: `${base}/agent.zst`,
  agent_gz: `${base}/agent.gz`,
  config: `${base}/config.tar.gz`,
  events: `${base}/events`,
  log: `${base}/log`,
});

/** Whether an install tree stays where it is; else it is a folder of the controller. */
export const isRemote = (tree: string | undefined): tree is string =>
  !!tree && !tree.startsWith('/');

/** What stands for the version of a rolling release: newer than any number. */
const ROLLING = 9999;

export const distroVariables = (distro: Distro): AnswerVariables['distro'] => ({
  name: distro.name,
  breed: distro.breed,
  version: distro.version,
  // `9-stream`, `12-SP5` and `15.6` begin with their number; `rawhide` and `tumbleweed` have none.
  major: Number(/^\d+/.exec(distro.version)?.[0] ?? ROLLING),
  arch: distro.arch,
});

/** `{console: ['tty0', 'ttyS0'], quiet: ''}` → `console=tty0 console=ttyS0 quiet`. */
export const kernelOptions = (options: Options['kernelOptions']): string =>
  Object.entries(options ?? {})
    .flatMap(([key, values]) => [values ?? []].flat().map((value) => [key, value] as const))
    .map(([key, value]) => (value === '' ? key : `${key}=${value}`))
    .join(' ');

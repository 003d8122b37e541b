import { z } from 'zod';
import { Arch } from '../primitives.ts';
import { named, Stored } from './stored.ts';

/** A package repository that profiles hand to the machines they install. */
export const RepoInput = z.strictObject({
  ...named.shape,
  type: z.enum(['apt', 'dnf', 'zypper']),
  /** Where the packages are: an http(s), ftp or rsync address. */
  url: z.url({ protocol: /^(https?|ftp|rsync)$/ }),
  /** What the address leads to; `mirrorlist` and `metalink` are dnf's. */
  urlKind: z.enum(['baseurl', 'mirrorlist', 'metalink']).optional(),
  arch: Arch.optional(),
  /** apt: release names, as in `bookworm` and `bookworm-updates`. */
  suites: z.array(z.string().min(1)).optional(),
  /** apt: as in `main`. */
  components: z.array(z.string().min(1)).optional(),
  /** The armoured public key that the repository is signed with. */
  key: z.string().optional(),
  /** dnf's and apt's priority; the package manager's own default where absent. */
  priority: z.int().optional(),
  enabled: z.boolean().optional(),
  /** Further options of the repository's entry, as they stand in sources.list or a .repo file. */
  options: z.record(z.string(), z.string()).optional(),
  proxy: z.url({ protocol: /^https?$/ }).optional(),
});
export type RepoInput = z.infer<typeof RepoInput>;

export const Repo = z.object({ ...RepoInput.shape, ...Stored.shape });
export type Repo = z.infer<typeof Repo>;

import type { BootMethod, Distro, Facts, Options, Profile, Repo, System } from '@resole/protocol';

/** Everything that a reinstall's plan is made of; the same intent always gives the same plan. */
export interface ReinstallIntent {
  system: System;
  profile: Profile;
  distro: Distro;
  /** Options after inheritance. */
  options: Options;
  /** The repositories that the options name, in their order. */
  repos?: Repo[];
  /** Live facts of the system's agent. */
  facts: Facts;
  method: BootMethod | 'auto';
  /** The IP version of the controller's address, where that is not a name. */
  reach?: 'ipv4' | 'ipv6';
  /** Templates by name, shipped and edited. */
  templates: Record<string, string>;
}

/** Stands in plans for the job's own secret address; filled in when the job is sent. */
export const BASE = '{base}';

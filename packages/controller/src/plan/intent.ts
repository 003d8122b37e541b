import type { BootMethod, Distro, Facts, Options, Profile, Repo, System } from '@resole/protocol';

/** What every reinstall is made of, whoever starts the installer. */
interface InstallIntent {
  system: System;
  profile: Profile;
  distro: Distro;
  /** Options after inheritance. */
  options: Options;
  /** The repositories that the options name, in their order. */
  repos?: Repo[];
  /** The IP version of the controller's address, where that is not a name. */
  reach?: 'ipv4' | 'ipv6';
  /** Characters of the job's own address, for which `BASE` stands. */
  baseLength?: number;
  /** Templates by name, shipped and edited. */
  templates: Record<string, string>;
}

/** Everything that a reinstall's plan is made of; the same intent always gives the same plan. */
export interface ReinstallIntent extends InstallIntent {
  /** Live facts of the system's agent. */
  facts: Facts;
  method: Exclude<BootMethod, 'pxe' | 'manual'> | 'auto';
}

/** The same where the firmware, or a person, starts the installer. */
export interface NetbootIntent extends InstallIntent {
  /** What an agent last told, where there ever was one. */
  facts: Facts | undefined;
  /** Why this way, for people. */
  reason: string;
}

/** Stands in plans for the job's own secret address; filled in when the job is sent. */
export const BASE = '{base}';

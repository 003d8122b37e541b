import type { ReinstallIntent } from './intent.ts';

/** What operators should know of a profile before it is installed anywhere. Pure. */
export const commonWarnings = ({
  distro,
  options,
}: Pick<ReinstallIntent, 'distro' | 'options'>): string[] => [
  ...((options.authorizedKeys ?? []).length === 0
    ? ['no authorizedKeys: nobody can log in to the new OS by SSH; its agent is the only way in']
    : []),
  ...(distro.osRelease
    ? []
    : [`distro ${distro.name} has no osRelease: any OS that returns will be believed`]),
];

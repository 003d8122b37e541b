import { families } from './families.ts';
import type { ReinstallIntent } from './intent.ts';

/** What operators should know of a profile before it is installed anywhere. Pure. */
export const commonWarnings = ({
  distro,
  options,
}: Pick<ReinstallIntent, 'distro' | 'options'>): string[] => {
  const { agentless } = families[distro.family];
  const left = agentless ? '' : '; its agent is the only way in';
  return [
    ...((options.authorizedKeys ?? []).length === 0
      ? [`no authorizedKeys: nobody can log in to the new OS by SSH${left}`]
      : []),
    ...(distro.osRelease || agentless
      ? []
      : [`distro ${distro.name} has no osRelease: any OS that returns will be believed`]),
  ];
};

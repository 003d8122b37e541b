import { type Facts, type Plan, ResoleError, type System } from '@resole/protocol';
import { alterations } from './alterations.ts';
import { BASE } from './intent.ts';

/** The agent's executable as the controller has it. */
export interface AgentRelease {
  version: string;
  /** SHA-256 of the executable. */
  sha256: string;
  /** Of the executable as gzip. */
  packed: { size: number; sha256: string };
}

/** Seconds that a new version has to connect before the old one comes back. */
const CONNECT_SECONDS = 120;

/**
 * Plans the agent's own replacement. Pure.
 * @throws ResoleError `agent-current` where it has that version.
 */
export const planAgentUpdate = (
  system: Pick<System, 'id' | 'name'>,
  facts: Pick<Facts, 'agentVersion' | 'arch'>,
  release: AgentRelease,
): Plan => {
  const { version, packed, sha256 } = release;
  if (facts.agentVersion === version) {
    throw new ResoleError('agent-current', `the agent of ${system.name} is version ${version}`);
  }
  return {
    kind: 'agent-update',
    system: { id: system.id, name: system.name },
    arch: facts.arch,
    steps: [
      {
        step: 'update-agent',
        args: {
          version,
          url: `${BASE}/agent.gz`,
          packed,
          sha256,
          deadlineSeconds: CONNECT_SECONDS,
        },
      },
    ],
    pointOfNoReturn: 1,
    alterations: alterations['agent-update'](),
    erases: [],
    // Long enough for a slow download, for the new version's time, and for the old one's return.
    deadlines: { queued: 24 * 3600, staging: 3600 },
    warnings: [],
  };
};

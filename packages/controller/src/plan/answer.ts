import type { Plan } from '@resole/protocol';
import type { AnswerVariables } from '../templates/variables.ts';
import { known } from './checks.ts';
import { families } from './families.ts';
import { BASE, type ReinstallIntent } from './intent.ts';
import { urlsOf } from './reinstall.ts';

/** Stands in for the single-use credential of the new OS's agent. */
export const JOIN_TOKEN = '{join-token}';

/** The agent that the installer puts on the new system. */
export interface AgentPayload {
  size: number;
  sha256: string;
  config: string;
  unit: string;
}

/**
 * The template of the answer file and its variables, as the plan has them. Pure.
 * @throws ResoleError `artefact-missing`
 */
export const answerOf = (
  intent: ReinstallIntent,
  plan: Plan,
  job: { id: string; attempt: number },
  agent: AgentPayload,
): { template: string; variables: AnswerVariables } => {
  const { system, profile, distro, options } = intent;
  const [disk] = plan.erases;
  if (!disk || !plan.network) throw new Error('a reinstall plan has a disk and a network');
  const image = distro.image && {
    ...known(distro.image, 'image', distro.name),
    format: distro.image.format,
    unpacked_size: distro.image.unpackedSize,
  };
  return {
    template: options.answerFile ?? families[distro.family].answerFile,
    variables: {
      job,
      system: { id: system.id, name: system.name, hostname: system.hostname ?? system.name },
      profile: { name: profile.name },
      distro: {
        name: distro.name,
        breed: distro.breed,
        version: distro.version,
        arch: distro.arch,
      },
      urls: urlsOf(BASE),
      ...(image === undefined
        ? {}
        : {
            image: {
              format: image.format,
              sha256: image.sha256,
              size: image.size,
              unpacked_size: image.unpacked_size,
            },
          }),
      disk: { id: disk.id, size: disk.size },
      network: plan.network,
      agent: { ...agent, join_token: JOIN_TOKEN },
      ssh: { authorized_keys: options.authorizedKeys ?? [] },
      vars: options.vars ?? {},
    },
  };
};

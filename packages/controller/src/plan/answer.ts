import type { Plan } from '@resole/protocol';
import type { AnswerVariables } from '../templates/variables.ts';
import { interfaceVariables } from './answer/interfaces.ts';
import { distroVariables, kernelOptions, urlsOf } from './answer/plain.ts';
import { repoVariables } from './answer/repos.ts';
import { userVariables } from './answer/users.ts';
import { known } from './checks.ts';
import { families } from './families.ts';
import { BASE, type ReinstallIntent } from './intent.ts';

/** Stands in for the single-use credential of the new OS's agent. */
export const JOIN_TOKEN = '{join-token}';

/** Stands in for the password that lives no longer than the installation. */
export const SETUP_PASSWORD = '{setup-password}';

/** The agent that the installer puts on the new system. */
export interface AgentPayload {
  size: number;
  sha256: string;
  config: string;
  unit: string;
}

/**
 * The template of the answer file and its variables, as the plan has them. Pure.
 * @returns Nothing where neither operator nor family has an answer file.
 * @throws ResoleError `artefact-missing`, `invalid-input` for interfaces that can't be built
 */
export const answerOf = (
  intent: Pick<ReinstallIntent, 'system' | 'profile' | 'distro' | 'options' | 'repos'>,
  plan: Pick<Plan, 'erases' | 'network'>,
  job: { id: string; attempt: number },
  agent: AgentPayload,
): { template: string; variables: AnswerVariables } | undefined => {
  const { system, profile, distro, options } = intent;
  const template = options.answerFile ?? families[distro.family].answerFile;
  const [disk] = plan.erases;
  if (!disk || !plan.network) throw new Error('a reinstall plan has a disk and a network');
  if (template === undefined) return undefined;
  const image = distro.image && {
    ...known(distro.image, 'image', distro.name),
    format: distro.image.format,
    unpacked_size: distro.image.unpackedSize,
  };
  const password = options.vars?.root_password_hash;
  return {
    template,
    variables: {
      job,
      system: { id: system.id, name: system.name, hostname: system.hostname ?? system.name },
      profile: { name: profile.name },
      distro: distroVariables(distro),
      urls: urlsOf(BASE, distro),
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
      interfaces: interfaceVariables(system, plan.network),
      name_servers: options.nameServers ?? plan.network.dns,
      search_domains: options.searchDomains ?? plan.network.search,
      repos: repoVariables(intent.repos ?? [], distro.arch),
      ...(options.proxy === undefined ? {} : { proxy: options.proxy }),
      kernel_options_post: kernelOptions(options.kernelOptionsPost),
      ...(typeof password === 'string' ? { root_password_hash: password } : {}),
      users: userVariables(options),
      setup_password: SETUP_PASSWORD,
      agent: { ...agent, join_token: JOIN_TOKEN },
      ssh: { authorized_keys: options.authorizedKeys ?? [] },
      vars: options.vars ?? {},
    },
  };
};

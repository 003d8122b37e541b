/** What a replacement over SSH asks of the controller; the CLI's client fits. */
import {
  type Arch,
  type Facts,
  type JobRequest,
  type JobView,
  type Plan,
  ResoleError,
} from '@resole/protocol';

export interface ControllerApi {
  get<Reply>(path: string): Promise<Reply>;
  send<Reply>(method: 'POST' | 'DELETE', path: string, body?: unknown): Promise<Reply>;
}

export interface AgentFile {
  /** Bytes and SHA-256 of the executable. */
  size: number;
  sha256: string;
  /** Bytes of it as gzip. */
  packedSize: number;
  /** Text of its systemd unit. */
  unit: string;
}

export interface Wanted {
  /** Name that the system has, or is to have, in the inventory. */
  system?: string;
  profile?: string;
  method: 'auto' | 'kexec' | 'boot-once';
}

export const agentFileOf = (api: ControllerApi, arch: Arch): Promise<AgentFile> =>
  api.get(`/v1/agent-files/${arch}`);

/** Where agents reach the controller. */
export const agentsUrl = async (api: ControllerApi): Promise<string> =>
  (await api.get<{ apiUrl: string }>('/v1/controller')).apiUrl;

/** The plan for a machine that no agent speaks for. */
export const planFromFacts = (
  api: ControllerApi,
  facts: Facts,
  wanted: Wanted,
): Promise<{ plan: Plan; text: string }> =>
  api.send('POST', '/v1/plans/from-facts', { facts, ...wanted });

/** A join token that is good for one agent, for minutes, and for the system of that name. */
export const visitorToken = (
  api: ControllerApi,
  system: string,
): Promise<{ id: string; token: string }> =>
  api.send('POST', '/v1/tokens', { uses: 1, expires: 900, system, comment: 'replaced over SSH' });

export const startJob = (
  api: ControllerApi,
  system: string,
  { profile, method }: Wanted,
): Promise<JobView> => {
  const request: JobRequest = {
    kind: 'reinstall',
    system,
    method,
    ...(profile === undefined ? {} : { profile }),
  };
  return api.send('POST', '/v1/jobs', request);
};

export const isSystem = (api: ControllerApi, name: string): Promise<boolean> =>
  api.get(`/v1/systems/${encodeURIComponent(name)}`).then(
    () => true,
    (error) => {
      if (error instanceof ResoleError && error.code === 'not-found') return false;
      throw error;
    },
  );

/** Agents of a system that are in force. */
export const agentsOf = async (
  api: ControllerApi,
  system: string,
): Promise<{ id: string; online: boolean }[]> =>
  (
    await api.get<{ id: string; systemName: string; online: boolean; revoked: boolean }[]>(
      '/v1/agents',
    )
  ).filter((agent) => agent.systemName === system && !agent.revoked);

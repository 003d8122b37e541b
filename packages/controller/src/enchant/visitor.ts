/** The agent that was brought: enrolled, started and given its job, or none of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type JobView, ResoleError } from '@resole/protocol';
import type { Connection } from './connection.ts';
import {
  type AgentFile,
  agentsOf,
  type ControllerApi,
  isSystem,
  startJob,
  visitorToken,
  type Wanted,
} from './controller.ts';
import type { Place } from './place.ts';
import { enrolScript, startScript } from './scripts.ts';

/** Seconds for the agent's first connection. */
const CONNECT_SECONDS = 90;

interface Visit {
  connection: Connection;
  api: ControllerApi;
  wanted: Wanted;
  progress(phase: string): void;
  signal: AbortSignal;
}

/** Enrols, starts the agent and gives it its job; takes all that back where one of it fails. */
export const begin = async (
  { connection, api, wanted, progress, signal }: Visit,
  place: Place,
  file: AgentFile,
  system: string,
): Promise<JobView> => {
  const known = await agentsOf(api, system);
  const wasThere = await isSystem(api, system);
  const { id, token } = await visitorToken(api, system);
  try {
    progress('enrolling the agent');
    await connection.must('enrolling the agent', enrolScript, {
      args: [place.folder],
      input: `${token}\n`,
    });
    await connection.must('starting the agent', startScript, {
      args: [place.folder, place.kind],
      input: unitFor(file.unit, place),
    });
    progress('waiting for the agent');
    await untilOnline(api, system, signal);
    return await startJob(api, system, wanted);
  } catch (error) {
    const before = new Set(known.map((agent) => agent.id));
    const added = (await agentsOf(api, system).catch(() => [])).filter(
      (agent) => !before.has(agent.id),
    );
    for (const agent of added) {
      await api.send('POST', `/v1/agents/${agent.id}/revoke`).catch(() => {});
    }
    // A system that the enrolment has made: nobody has asked for it but by this.
    if (!wasThere && added.length > 0) {
      await api.send('DELETE', `/v1/systems/${encodeURIComponent(system)}`).catch(() => {});
    }
    throw error;
  } finally {
    await api.send('DELETE', `/v1/tokens/${id}`).catch(() => {});
  }
};

/** The agent's own unit, for the place where it lies; one that left is not started again. */
export const unitFor = (unit: string, { folder, kind }: Place): string =>
  unit
    .replace(/^Description=.*$/m, 'Description=Resole agent, for one job')
    .replace(
      /^ExecStart=.*$/m,
      `ExecStart=${folder}/resole-agent --config ${folder}/agent.yaml run`,
    )
    .replace(/^Restart=.*$/m, 'Restart=on-failure')
    .replace(/^\[Install\][^[]*/m, (install) => (kind === 'disk' ? install : ''));

const untilOnline = async (api: ControllerApi, system: string, signal: AbortSignal) => {
  const end = Date.now() + CONNECT_SECONDS * 1000;
  while (!(await agentsOf(api, system)).some((agent) => agent.online)) {
    if (Date.now() > end) {
      throw new ResoleError('agent-timeout', `the agent on ${system} did not connect`, {
        remedy: 'can the server reach the controller at the address that `api.url` names?',
      });
    }
    await sleep(1000, undefined, { signal });
  }
};

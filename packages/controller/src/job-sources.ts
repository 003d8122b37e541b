import { resolveSystem } from './inventory/chain.ts';
import { findNamed, findSystem } from './inventory/find.ts';
import { freshName, matchSystem } from './inventory/match.ts';
import type { JobServiceDeps } from './jobs/service.ts';
import { openAgentFiles } from './provision/agent-files.ts';
import { renderConfigSpace } from './provision/config-space.ts';
import { isSpace } from './provision/render-answer.ts';
import type { Store } from './store/store.ts';
import { newId, stamped } from './store/stored.ts';
import { render } from './templates/render.ts';

type Sources = Pick<
  JobServiceDeps,
  | 'system'
  | 'machine'
  | 'target'
  | 'agentOf'
  | 'storedFacts'
  | 'templates'
  | 'agentPayload'
  | 'checkAnswer'
>;

/** Where the new OS's agent finds its credential; it deletes the file once it is enrolled. */
const JOIN_TOKEN_FILE = '/etc/resole/join-token';

export interface SourceOptions {
  agentDir: string;
  /** As agents reach the controller. */
  apiUrl(): string;
  templates: JobServiceDeps['templates'];
}

/** What jobs are made from, out of the store and the agent's files. */
export const jobSources = (store: Store, options: SourceOptions): Sources => ({
  system: async (ref) => findSystem(store, ref),
  machine: async (facts, name) => {
    const systems = await store.systems.list();
    const known = matchSystem(systems, facts, name);
    if (known !== undefined) return known;
    return stamped(
      {
        id: newId('sys'),
        name: name ?? freshName(systems, facts.hostname),
        hostname: facts.hostname,
      },
      new Date(),
    );
  },
  target: async (system, profile) => {
    const id = profile && (await findNamed('profile', store.profiles, profile)).id;
    const { profile: chosen, distro, options } = await resolveSystem(store, system, id);
    const refs = options.repos ?? [];
    const repos = await Promise.all(refs.map((ref) => findNamed('repo', store.repos, ref)));
    return { profile: chosen, distro, options, repos };
  },
  agentOf: async (system) =>
    (await store.agents.list()).find((agent) => agent.system === system.id && !agent.revoked),
  storedFacts: async (system) => (await store.facts.get(system.id))?.facts,
  templates: options.templates,
  agentPayload: async (distro) => {
    const files = await openAgentFiles(options.agentDir);
    const config = `controller: ${options.apiUrl()}\njoinTokenFile: ${JOIN_TOKEN_FILE}\n`;
    return { ...files.of(distro.arch), config, unit: files.unit };
  },
  checkAnswer: async (answer, templates) => {
    if (isSpace(answer.template))
      await renderConfigSpace(answer.template, templates, answer.variables);
    else render(answer.template, templates, answer.variables);
  },
});

import { freezeAnswer } from './answers/render.ts';
import { candidates } from './inventory/candidates.ts';
import { resolveSystem } from './inventory/chain.ts';
import { findNamed, findSystem } from './inventory/find.ts';
import { freshName, matchSystem } from './inventory/match.ts';
import { usable } from './inventory/refused.ts';
import type { JobServiceDeps } from './jobs/service-ports.ts';
import { openAgentFiles } from './provision/agent-files.ts';
import { agentInForce } from './store/agent-in-force.ts';
import type { Store } from './store/store.ts';
import { newId, stamped } from './store/stored.ts';
import type { TextStore } from './store/texts.ts';
import type { RenderPool } from './templates/worker/pool.ts';

type Sources = Pick<
  JobServiceDeps,
  | 'system'
  | 'machine'
  | 'target'
  | 'agentOf'
  | 'storedFacts'
  | 'templates'
  | 'agentPayload'
  | 'agentRelease'
  | 'freezeAnswer'
>;

/** Where the new OS's agent finds its credential; it deletes the file once it is enrolled. */
const JOIN_TOKEN_FILE = '/etc/resole/join-token';

export interface SourceOptions {
  agentDir: string;
  /** As agents reach the controller. */
  apiUrl(): string;
  templates: JobServiceDeps['templates'];
  pool: RenderPool;
  /** Where the texts of planned jobs are kept. */
  texts: TextStore;
}

/** What jobs are made from, out of the store and the agent's files. */
export const jobSources = (store: Store, options: SourceOptions): Sources => ({
  system: async (ref) => findSystem(store, ref),
  machine: async (facts, name) => {
    const systems = await candidates(store, facts, name);
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
    const repos = await Promise.all(
      refs.map(async (ref) => usable('repo', await findNamed('repo', store.repos, ref))),
    );
    return { profile: chosen, distro, options, repos };
  },
  agentOf: (system) => agentInForce(store, system.id),
  storedFacts: async (system) => (await store.facts.get(system.id))?.facts,
  templates: options.templates,
  agentRelease: async (arch) => {
    const files = await openAgentFiles(options.agentDir);
    const { sha256 } = files.of(arch);
    return { version: files.version, sha256, packed: await files.packed(arch) };
  },
  agentPayload: async (distro) => {
    const files = await openAgentFiles(options.agentDir);
    const config = `controller: ${options.apiUrl()}\njoinTokenFile: ${JOIN_TOKEN_FILE}\n`;
    return { ...files.of(distro.arch), config, unit: files.unit };
  },
  freezeAnswer: (answer, family, templates) =>
    freezeAnswer(options.pool, options.texts, answer, family, templates),
});

import {
  type Agent,
  type Distro,
  finalStates,
  type Job,
  type Options,
  type Profile,
  type Settings,
  type System,
} from '@resole/protocol';
import type { Store } from '../store/store.ts';

/** The whole inventory at one moment, for checks that look at more than one object. */
export interface World {
  settings: Settings | undefined;
  distros: Distro[];
  profiles: Profile[];
  systems: System[];
  /** Names of all templates, shipped and stored. */
  templates: ReadonlySet<string>;
  /** Agents that may still connect. */
  agents: Agent[];
  /** Jobs that have not ended. */
  jobs: Job[];
}

export const readWorld = async (store: Store, shipped: Iterable<string>): Promise<World> => {
  const [settings] = await store.settings.list();
  const stored = await store.templates.list();
  return {
    settings,
    distros: await store.distros.list(),
    profiles: await store.profiles.list(),
    systems: await store.systems.list(),
    templates: new Set([...shipped, ...stored.map((template) => template.name)]),
    agents: (await store.agents.list()).filter((agent) => !agent.revoked),
    jobs: (await store.jobs.list()).filter((job) => !finalStates.has(job.state)),
  };
};

/** Who uses a template by name, or a folder that it is in, as people would call them. */
export const usersOfTemplate = (world: World, template: string): string[] => {
  const uses = ({ answerFile, bootArgs }: Options) =>
    [answerFile, bootArgs].some(
      (ref) => ref === template || (ref?.endsWith('/') && template.startsWith(ref)),
    );
  const named = (noun: string, objects: readonly (Options & { name: string })[]) =>
    objects.filter(uses).map(({ name }) => `${noun} ${name}`);
  return [
    ...(world.settings !== undefined && uses(world.settings) ? ['the settings'] : []),
    ...named('distro', world.distros),
    ...named('profile', world.profiles),
    ...named('system', world.systems),
  ];
};

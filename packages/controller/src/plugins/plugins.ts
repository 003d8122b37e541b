/** Finds the plugins for an event and runs them, one after the other, by name. */
import { ResoleError } from '@resole/protocol';
import type { Log } from '../log/log.ts';
import { type EventName, eventNames, type PluginEvent } from './events.ts';
import { execute, type Outcome } from './execute.ts';
import { executablesOf, folderExists, modulesOf, triggersOf, unknownFolders } from './folder.ts';
import { moduleCommand, moduleReader, told } from './modules.ts';
import { whyUnsafe } from './safe.ts';

export interface PluginDeps {
  pluginDir: string;
  /** For each run of each plugin. */
  timeoutMs: number;
  /** The controller's own user. */
  uid: number;
  log: Log;
  signal: AbortSignal;
}

/** One plugin, as `resole plugin list` shows it. */
export interface PluginInfo {
  kind: 'executable' | 'module';
  name: string;
  path: string;
  events: string[];
  enabled: boolean;
  /** Why it is refused, or can't do what it says. */
  problem?: string;
}

export interface Plugins {
  /** May there be one for this event? Costs next to nothing. */
  any(event: EventName): boolean;
  /** @throws ResoleError `refused-by-plugin`, `plugin-failed`; the plugins after it are not run. */
  ask(event: PluginEvent): Promise<void>;
  /** Runs all of them; failures are logged. */
  tell(event: PluginEvent): Promise<void>;
  list(): Promise<PluginInfo[]>;
}

interface Run {
  name: string;
  path: string;
  command: { file: string; args: readonly string[] };
  problem?: string | undefined;
  /** The exit code that means "no"; of an executable, each but 0. */
  refusal: (code: number) => boolean;
}

/** Exit code of assets/plugins/host.mjs where the handler threw. */
const HANDLER_THREW = 3;

export const openPlugins = ({ pluginDir, timeoutMs, uid, log, signal }: PluginDeps): Plugins => {
  // Not the controller's own environment, in which there may be secrets.
  const env = {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    LANG: 'C.UTF-8',
  };
  const unsafe = (path: string) => whyUnsafe(path, uid);
  const modules = moduleReader({ pluginDir, timeoutMs, env, whyUnsafe: unsafe });

  const runsFor = async (event: string): Promise<Run[]> => {
    const executables = (await executablesOf(pluginDir, event)).filter(({ enabled }) => enabled);
    const loaded = folderExists(modulesOf(pluginDir)) ? await modules.list() : [];
    const runs = [
      ...executables.map(async ({ name, path }): Promise<Run> => {
        const command = { file: path, args: [] };
        return { name, path, command, problem: await unsafe(path), refusal: () => true };
      }),
      // One that can't even be loaded might have had a say in this.
      ...loaded
        .filter(({ events, problem }) => problem !== undefined || events.includes(event))
        .map(async ({ name, path, problem }): Promise<Run> => {
          const refusal = (code: number) => code === HANDLER_THREW;
          return { name, path, command: moduleCommand(path, event), problem, refusal };
        }),
    ];
    return (await Promise.all(runs)).sort((a, b) => (a.name < b.name ? -1 : 1));
  };

  const start = async (run: Run, event: PluginEvent): Promise<Outcome> => {
    const began = performance.now();
    const about = { plugin: run.name, event: event.event, id: event.id };
    const outcome = await execute({
      ...run.command,
      input: `${JSON.stringify(event)}\n`,
      env: { ...env, RESOLE_EVENT: event.event },
      ...{ cwd: pluginDir, timeoutMs, signal },
      onLine: (stream, line) =>
        stream === 'stdout' ? log.info(line, about) : log.warn(line, about),
    });
    const milliseconds = Math.round(performance.now() - began);
    log.debug('plugin ended', { ...about, outcome: outcome.type, milliseconds });
    return outcome;
  };

  /** What went wrong, as an error; undefined where nothing did. */
  const failureOf = async (run: Run, event: PluginEvent): Promise<ResoleError | undefined> => {
    if (run.problem !== undefined) {
      return new ResoleError('plugin-failed', `plugin ${run.name} is not run: ${run.problem}`, {
        remedy: `put it right, or move it away: ${run.path}`,
      });
    }
    const outcome = await start(run, event);
    if (outcome.type === 'exited' && outcome.code === 0) return undefined;
    if (outcome.type === 'exited' && run.refusal(outcome.code)) {
      const message = outcome.said || `exit code ${outcome.code}`;
      return new ResoleError('refused-by-plugin', `plugin ${run.name} refused: ${message}`, {
        remedy: `see what it wants: ${run.path}`,
      });
    }
    const what =
      outcome.type === 'timed-out' ? `it took longer than ${timeoutMs / 1000} s` : told(outcome);
    return new ResoleError('plugin-failed', `plugin ${run.name} failed: ${what}`, {
      remedy: `see the controller's log, and ${run.path}`,
    });
  };

  return {
    any: (event) =>
      folderExists(triggersOf(pluginDir, event)) || folderExists(modulesOf(pluginDir)),
    ask: async (event) => {
      for (const run of await runsFor(event.event)) {
        const failure = await failureOf(run, event);
        if (failure !== undefined) throw failure;
      }
    },
    tell: async (event) => {
      for (const run of await runsFor(event.event)) {
        const failure = await failureOf(run, event);
        if (failure) log.error(failure.message, { plugin: run.name, event: event.event });
      }
    },
    list: async () => {
      const triggers = eventNames.map(async (event) => {
        const found = await executablesOf(pluginDir, event);
        return Promise.all(
          found.map(async ({ name, path, enabled }): Promise<PluginInfo> => {
            const problem = enabled ? await unsafe(path) : undefined;
            const info = { kind: 'executable' as const, name, path, events: [event], enabled };
            return problem === undefined ? info : { ...info, problem };
          }),
        );
      });
      const strays = (await unknownFolders(pluginDir, eventNames)).map((name): PluginInfo => {
        const path = triggersOf(pluginDir, name);
        return { ...{ kind: 'executable', name, path, events: [] }, ...noEvent(name) };
      });
      const loaded = (await modules.list()).map(({ name, path, events, problem }): PluginInfo => {
        const unknown = events.find((event) => !eventNames.some((known) => known === event));
        const info = { kind: 'module' as const, name, path, events: [...events], enabled: true };
        if (problem !== undefined) return { ...info, problem };
        return unknown === undefined ? info : { ...info, ...noEvent(unknown), enabled: true };
      });
      return [...(await Promise.all(triggers)).flat(), ...strays, ...loaded];
    },
  };
};

const noEvent = (name: string) => ({ enabled: false, problem: `there is no event "${name}"` });

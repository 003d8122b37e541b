/** Answer files without a job: what a machine would get, and whether all templates are sound. */
import { randomBytes } from 'node:crypto';
import type {
  AnswerFilePreview,
  Distro,
  Facts,
  LintReport,
  Profile,
  System,
} from '@resole/protocol';
import { ResoleError } from '@resole/protocol';
import type { AgentPayload } from '../plan/answer.ts';
import { families } from '../plan/families.ts';
import type { Templates } from '../templates/environment.ts';
import { isSpace, partsOf } from '../templates/parts.ts';
import type { RenderPool } from '../templates/worker/pool.ts';
import { filled, setupPassword, standIns } from './fill.ts';
import { type LintSubject, lint } from './lint.ts';
import { previewOf, type Subject } from './preview.ts';
import { renderFiles } from './render.ts';
import {
  representativeAgent,
  representativeDisk,
  representativeProfile,
  representativeSystems,
  representatives,
} from './representative.ts';

export interface AnswerServiceDeps {
  system(ref: string): Promise<System>;
  target(system: System, profile?: string): Promise<Omit<Subject, 'system' | 'facts' | 'disk'>>;
  storedFacts(system: System): Promise<Facts | undefined>;
  agentPayload(distro: Distro): Promise<AgentPayload>;
  templates(): Promise<Templates>;
  profiles(): Promise<Profile[]>;
  systems(): Promise<System[]>;
  pool: Pick<RenderPool, 'renderAll'>;
  /** As installers reach the controller. */
  provisionUrl(): string;
}

export interface AnswerService {
  /**
   * Exactly what the machine would get, with stand-ins for what only a job has.
   * @throws ResoleError `template-error`, `disk-unknown`, `network-missing`, `not-found` …
   */
  preview(ref: string, options?: { profile?: string; part?: string }): Promise<AnswerFilePreview>;
  /**
   * @param names just these; default: all
   * @param render without it, the templates are only read
   * @throws ResoleError `not-found`
   */
  lint(options?: { names?: readonly string[]; render?: boolean }): Promise<LintReport>;
}

/** Milliseconds for which what was read of the packaged agent is believed. */
const AGENT_KEPT_MS = 5000;

/** Systems of a profile that lint tries, beside those that stand for all others. */
const SYSTEMS_PER_PROFILE = 3;

export const answerService = (deps: AnswerServiceDeps): AnswerService => {
  const agents = new Map<string, { at: number; payload: Promise<AgentPayload> }>();
  const agentFor = (distro: Distro): Promise<AgentPayload> => {
    const known = agents.get(distro.arch);
    if (known && performance.now() - known.at < AGENT_KEPT_MS) return known.payload;
    const payload = deps.agentPayload(distro);
    agents.set(distro.arch, { at: performance.now(), payload });
    return payload;
  };

  return {
    preview: async (ref, { profile, part } = {}) => {
      const system = await deps.system(ref);
      const [target, facts, templates] = await Promise.all([
        deps.target(system, profile),
        deps.storedFacts(system),
        deps.templates(),
      ]);
      const notes: string[] = [];
      const agent = await agentFor(target.distro).catch((error: unknown) => {
        if (!(error instanceof ResoleError)) throw error;
        notes.push(`${error.message}: its size and checksum are stand-ins`);
        return representativeAgent;
      });
      const { job, secrets } = standIns(
        deps.provisionUrl(),
        setupPassword(randomBytes(24).toString('base64url')),
      );
      const made = previewOf({ system, ...target, facts }, job, agent);
      const { distro } = target;
      if (!made) {
        throw new ResoleError('not-found', `${distro.family} installers read no answer file`, {
          remedy: `choose one: resole profile edit ${target.profile.name} --answer-file TEMPLATE`,
        });
      }
      const { template } = made.answer;
      const parts = partsOf(template, templates, families[distro.family].answerFile);
      const variables = filled(made.answer.variables, secrets);
      const files = await renderFiles(deps.pool, { template, variables, parts }, templates, part);
      const main = Object.entries(parts).find(([, name]) => name === template)?.[0];
      return {
        template,
        ...(isSpace(template) || main === undefined ? {} : { main }),
        files,
        notes: [...notes, ...made.notes],
      };
    },

    lint: async ({ names, render = true } = {}) => {
      const [templates, profiles, systems] = await Promise.all([
        deps.templates(),
        deps.profiles(),
        deps.systems(),
      ]);
      const subjects = render
        ? [
            ...defaults(),
            ...(await profileSubjects(deps, profiles)),
            ...(await systemSubjects(deps, systems)),
          ]
        : [];
      return lint(subjects, templates, representativeAgent, deps.pool, names);
    },
  };
};

/** Every family's own answer file, whether a profile uses it or not. */
const defaults = (): LintSubject[] =>
  representatives.flatMap(({ distro, options }) =>
    representativeSystems.map((system) => ({
      title: `${distro.family} ${distro.name}, ${system.name}`,
      system,
      profile: representativeProfile,
      distro,
      options,
      repos: [],
      disk: representativeDisk,
    })),
  );

const profileSubjects = async (
  deps: AnswerServiceDeps,
  profiles: readonly Profile[],
): Promise<LintSubject[]> => {
  const subjects: LintSubject[] = [];
  for (const profile of profiles) {
    for (const system of representativeSystems) {
      const target = await deps.target(system, profile.id);
      const title = `profile ${profile.name}, ${system.name}`;
      subjects.push({ ...target, title, system, disk: representativeDisk });
    }
  }
  return subjects;
};

/** Machines that are there: the first of each profile whose agent has told of it. */
const systemSubjects = async (
  deps: AnswerServiceDeps,
  systems: readonly System[],
): Promise<LintSubject[]> => {
  const subjects: LintSubject[] = [];
  const tried = new Map<string, number>();
  for (const system of systems) {
    const count = tried.get(system.profile ?? '') ?? 0;
    if (system.profile === undefined || count >= SYSTEMS_PER_PROFILE) continue;
    const facts = await deps.storedFacts(system);
    if (facts?.network === undefined) continue;
    tried.set(system.profile, count + 1);
    const target = await deps.target(system);
    subjects.push({ ...target, title: `system ${system.name}`, system, facts });
  }
  return subjects;
};

/** What the job service needs of the rest; the wiring fits the real ones. */
import type {
  Agent,
  Arch,
  Distro,
  Facts,
  Family,
  GuestSpec,
  Image,
  Job,
  JobRequest,
  Options,
  Profile,
  Repo,
  System,
} from '@resole/protocol';
import type { AgentRelease } from '../plan/agent-update.ts';
import type { AgentPayload } from '../plan/answer.ts';
import type { GuestIdentity } from '../plan/virt/spec.ts';
import type { JobRunner } from './runner.ts';

export type CreateRequest = Extract<JobRequest, { kind: 'virt-create' }>;

/** What planning a guest needs beside what every job does. */
export interface VirtDeps {
  /** The system that a guest is or will be, and by what it is known; nothing is stored. */
  guest(request: CreateRequest, host: System): Promise<{ system: System; identity: GuestIdentity }>;
  /** Stores the guest's system, with its identity; a MAC that was taken meanwhile is an error. */
  keepGuest(system: System): Promise<System>;
  /** Guests that a host was asked for by jobs that have not ended; all but the one of this system. */
  askedOf(host: string, but: string): Promise<GuestSpec[]>;
  /** Takes a guest's system back that was stored for a job which came to nothing. */
  forgetGuest(system: string): Promise<unknown>;
  image(ref: string): Promise<Image>;
}

/** What making a job needs of the inventory, the templates and the machines. */
export interface JobServiceDeps extends VirtDeps {
  runner: JobRunner;
  system(ref: string): Promise<System>;
  /** The system that a machine is, or would become; nothing is stored. */
  machine(facts: Facts, name?: string): Promise<System>;
  /** The profile (the system's own by default), its distro, the options after inheritance, the repos. */
  target(
    system: System,
    profile?: string,
  ): Promise<{ profile: Profile; distro: Distro; options: Options; repos: Repo[] }>;
  /** The system's agent in force. */
  agentOf(system: System): Promise<Agent | undefined>;
  isOnline(agent: string): boolean;
  /** @throws ResoleError `agent-offline`, `agent-timeout` */
  freshFacts(agent: string): Promise<Facts>;
  storedFacts(system: System): Promise<Facts | undefined>;
  templates(): Promise<Record<string, string>>;
  agentPayload(distro: Distro): Promise<AgentPayload>;
  /** @throws ResoleError `artefact-missing` */
  agentRelease(arch: Arch): Promise<AgentRelease>;
  /**
   * Renders an answer file to see that it can be, and keeps the texts that it is made of.
   * @throws ResoleError `template-error`
   */
  freezeAnswer(
    answer: NonNullable<Job['answer']>,
    family: Family,
    templates: Record<string, string>,
  ): Promise<NonNullable<Job['answer']>>;
  /** The IP version of the provision address, where that is no host name. */
  reach(): 'ipv4' | 'ipv6' | undefined;
  /** Characters of a job's own address. */
  baseLength(job: string): number;
  /** The last word before a job begins; what it throws is the refusal. */
  admit(job: Job): Promise<void>;
  newId(): string;
  now(): Date;
}

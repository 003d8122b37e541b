import {
  type Agent,
  type Distro,
  finalStates,
  type Image,
  type Interface,
  type Job,
  type LastPower,
  type Options,
  type Profile,
  type Repo,
  type Settings,
  type StoredFacts,
  type StoredToken,
  type System,
  type Template,
} from '@resole/protocol';
import { addressOf } from './addresses.ts';

/** The keys under which an index finds an object; undefined ones count for nothing. */
export type KeysOf<T> = (object: T) => readonly (string | undefined)[];

const name = (object: { name: string }) => [object.name];

/** Ids of the objects that options mention. */
const mentioned = ({ repos = [], virt }: Options) => [...repos, virt?.image];

/** Names of templates that options mention; with a "/" at its end, of a folder of them. */
const template = ({ answerFile, bootArgs }: Options) => [answerFile, bootArgs];

const interfacesOf = ({ interfaces = {} }: System): Interface[] => Object.values(interfaces);

/** Every folder that a template is in: `fai/` and `fai/space/` for `fai/space/class/10-disk`. */
const folders = ({ name: path }: Template) =>
  [...path.matchAll(/\//g)].map(({ index }) => path.slice(0, index + 1));

/** Addresses by which others can't tell a machine. */
const local = /^(127\.|169\.254\.|::1$|fe80:)/i;

/**
 * By what objects of each collection are found without looking at all of them. An index named
 * `reference` has the ids of the objects that one depends on: it says who uses an object.
 */
export const indices = {
  distros: { name, reference: mentioned, template },
  profiles: {
    name,
    template,
    reference: (profile: Profile) => [profile.distro, profile.parent, ...mentioned(profile)],
  },
  systems: {
    name,
    template,
    reference: (system: System) => [system.profile, system.virtHost, ...mentioned(system)],
    hostname: ({ hostname }: System) => [hostname?.toLowerCase()],
    dnsName: (system: System) => interfacesOf(system).map((one) => one.dnsName?.toLowerCase()),
    mac: (system: System) => [
      ...(system.macs ?? []),
      ...interfacesOf(system).map((one) => one.mac),
    ],
    ip: (system: System) =>
      interfacesOf(system).flatMap(({ ipv4, ipv6 }) =>
        [...(ipv4?.addresses ?? []), ...(ipv6?.addresses ?? [])].map(addressOf),
      ),
    uuid: ({ machineUuid }: System) => [machineUuid?.toLowerCase()],
  },
  repos: { name },
  images: { name },
  templates: { name, folder: folders },
  tokens: {},
  agents: {
    system: ({ system }: Agent) => [system],
    /** Agents that may still connect. */
    reference: ({ revoked, system }: Agent) => [revoked ? undefined : system],
    publicKey: ({ publicKey }: Agent) => [publicKey],
    returnOf: ({ returnOf }: Agent) => [returnOf],
  },
  facts: {
    ip: ({ facts }: StoredFacts) =>
      facts.interfaces.flatMap(({ addresses }) =>
        addresses.filter((address) => !local.test(address)).map(addressOf),
      ),
  },
  jobs: {
    /** Only jobs that have not ended depend on anything. */
    reference: ({ state, system, plan }: Job) =>
      finalStates.has(state)
        ? []
        : [system, plan.profile?.id, plan.distro?.id, plan.image?.id, plan.host?.id],
  },
  power: {},
  settings: { reference: mentioned, template },
} as const satisfies {
  distros: Record<string, KeysOf<Distro>>;
  profiles: Record<string, KeysOf<Profile>>;
  systems: Record<string, KeysOf<System>>;
  repos: Record<string, KeysOf<Repo>>;
  images: Record<string, KeysOf<Image>>;
  templates: Record<string, KeysOf<Template>>;
  tokens: Record<string, KeysOf<StoredToken>>;
  agents: Record<string, KeysOf<Agent>>;
  facts: Record<string, KeysOf<StoredFacts>>;
  jobs: Record<string, KeysOf<Job>>;
  power: Record<string, KeysOf<LastPower>>;
  settings: Record<string, KeysOf<Settings>>;
};

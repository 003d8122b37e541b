import {
  type Distro,
  type Options,
  optionFields,
  type Profile,
  type Settings,
  type System,
} from '@resole/protocol';
import { dotted, isMapping, type Mapping, merge, type Origins } from './merge.ts';
import { onOneNetwork } from './one-network.ts';

/** What hands its options down to a machine, from the root on. */
export interface Chain {
  settings?: Settings | undefined;
  distro: Distro;
  /** From the profile of the distro down to the one that is meant, which comes last. */
  profiles: readonly [Profile, ...Profile[]];
  system?: System | undefined;
}

/** The object that a value came from. */
interface Origin {
  noun: 'settings' | 'distro' | 'profile' | 'system';
  id: string;
  /** The settings have none. */
  name?: string;
}

export interface Resolved {
  distro: Distro;
  profile: Profile;
  /** What is left when the whole chain has had its say. */
  options: Options;
  /** Path of each value in `options`, as in `vars.timezone`, → the object that it came from. */
  origins: Record<string, Origin>;
}

const optionNames = Object.keys(optionFields);

const optionsOf = (object: object): Mapping =>
  Object.fromEntries(Object.entries(object).filter(([key]) => optionNames.includes(key)));

const originOf = (noun: Origin['noun'], object: { id: string; name?: string }): Origin => ({
  noun,
  id: object.id,
  ...(object.name === undefined ? {} : { name: object.name }),
});

type Layer = readonly [Origin['noun'], { id: string; name?: string } | undefined];

/** Inheritance, from the root on; see `merge` for its rules. */
export const inherited = (layers: readonly Layer[]): Pick<Resolved, 'options' | 'origins'> => {
  const origins: Origins<Origin> = new Map();
  let options: Mapping = {};
  for (const [noun, object] of layers) {
    if (object === undefined) continue;
    const layer = onOneNetwork(optionsOf(object));
    options = merge(options, layer, originOf(noun, object), origins);
  }
  return { options: withoutEmpty(options) as Options, origins: dotted(origins) };
};

/** Inheritance of a whole chain, settings → distro → profile → sub-profile → system. */
export const resolve = ({ settings, distro, profiles, system }: Chain): Resolved => ({
  distro,
  profile: profiles.at(-1) ?? profiles[0],
  ...inherited([
    ['settings', settings],
    ['distro', distro],
    ...profiles.map((profile): Layer => ['profile', profile]),
    ['system', system],
  ]),
});

/** A mapping of which everything was taken away is as good as none. */
const withoutEmpty = (options: Mapping): Mapping =>
  Object.fromEntries(
    Object.entries(options).filter(
      ([, value]) => !isMapping(value) || Object.keys(value).length > 0,
    ),
  );

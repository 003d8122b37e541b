import { ResoleError } from '@resole/protocol';
import type { Collection, Keyed, Store } from '../store/store.ts';
import { includesOf } from '../templates/references.ts';
import type { Gone } from './noun-service.ts';

/** Something that stands in the way of removing an object. */
export interface Dependant {
  noun: Gone['noun'] | 'settings' | 'job';
  id: string;
  name: string;
  /** As people would call it. */
  text: string;
}

const named = async <Index extends string>(
  noun: 'distro' | 'profile' | 'system',
  collection: Collection<Keyed & { name: string }, Index>,
  index: Index,
  key: string,
): Promise<Dependant[]> =>
  (await collection.by(index, key))
    .map(({ id, name }) => ({ noun, id, name, text: `${noun} ${name}` }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));

const settings: Dependant = { noun: 'settings', id: '', name: 'settings', text: 'the settings' };

/** Everything that refers to an object by its id, in order of creation within each noun. */
export const dependantsOf = async (store: Store, id: string): Promise<Dependant[]> => [
  ...((await store.settings.by('reference', id)).length > 0 ? [settings] : []),
  ...(await named('distro', store.distros, 'reference', id)),
  ...(await named('profile', store.profiles, 'reference', id)),
  ...(await named('system', store.systems, 'reference', id)),
  ...(await store.jobs.by('reference', id)).map(
    (job): Dependant => ({
      noun: 'job',
      id: job.id,
      name: job.id,
      text: `job ${job.id}, which is ${job.state}`,
    }),
  ),
  ...(await store.agents.by('reference', id)).map(
    (agent): Dependant => ({
      noun: 'agent',
      id: agent.id,
      name: agent.id,
      text: `agent ${agent.id} (resole agent revoke ${agent.id})`,
    }),
  ),
];

/** Whatever uses a template by name, or a folder that it is in, or includes it in its own text. */
export const usersOfTemplate = async (store: Store, template: string): Promise<Dependant[]> => {
  const parts = template.split('/');
  const refs = [
    template,
    ...parts.slice(1).map((_, end) => `${parts.slice(0, end + 1).join('/')}/`),
  ];
  const users = new Map<string, Dependant>();
  for (const ref of refs) {
    if ((await store.settings.by('template', ref)).length > 0) users.set('', settings);
    for (const user of [
      ...(await named('distro', store.distros, 'template', ref)),
      ...(await named('profile', store.profiles, 'template', ref)),
      ...(await named('system', store.systems, 'template', ref)),
    ]) {
      users.set(user.id, user);
    }
  }
  for (const { id, name, text } of await store.templates.list()) {
    if (name === template || !includesOf(text).includes(template)) continue;
    users.set(id, { noun: 'template', id, name, text: `template ${name}` });
  }
  return [...users.values()];
};

/** At most so many dependants are named in a sentence; the details have them all. */
const NAMED = 5;

export const inUse = (
  what: string,
  users: readonly Dependant[],
  remedy = 'remove or change what uses it first',
): ResoleError => {
  const texts = users.map(({ text }) => text);
  const rest = texts.length - NAMED;
  const list = [...texts.slice(0, NAMED), ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
  return new ResoleError('object-in-use', `${what} is used by ${list}`, {
    remedy,
    details: texts.map((text) => ({ field: '', problem: `used by ${text}` })),
  });
};

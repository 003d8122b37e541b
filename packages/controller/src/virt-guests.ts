/** Guests as systems of the inventory: names, UUIDs and MACs that nobody else has. */
import { randomBytes, randomUUID } from 'node:crypto';
import { finalStates, Mac, ResoleError, type System } from '@resole/protocol';
import { findNamed, findSystem } from './inventory/find.ts';
import { withVirt } from './inventory/one-network.ts';
import { usable } from './inventory/refused.ts';
import type { VirtDeps } from './jobs/service-ports.ts';
import { firstMac } from './plan/virt/network.ts';
import type { Store } from './store/store.ts';
import { newId, revised, stamped } from './store/stored.ts';

export interface GuestOptions {
  /** The first three bytes of guests' MACs, as in `52:54:00`. */
  macPrefix: string;
  /** Runs a task while nobody else writes to the inventory. */
  exclusively<T>(task: () => Promise<T>): Promise<T>;
  now(): Date;
}

/** Tries until the prefix must be as good as used up. */
const MAC_TRIES = 1000;

const isFree = async (store: Store, mac: string, self?: string): Promise<boolean> =>
  (await store.systems.by('mac', mac)).every((system) => system.id === self);

/** A MAC below the prefix that no system has, in `macs` or on an interface. */
export const freshMac = async (store: Store, prefix: string): Promise<string> => {
  for (let tries = 0; tries < MAC_TRIES; tries += 1) {
    const mac = Mac.parse(`${prefix}${randomBytes(3).toString('hex')}`);
    if (await isFree(store, mac)) return mac;
  }
  throw new ResoleError('invalid-input', `no MAC is left below ${prefix}`, {
    remedy: 'choose another prefix: the setting virt.macPrefix',
  });
};

/** What shows that a system is a machine of its own, for people. */
const machineSign = async (
  { agents, facts }: Store,
  { id, power }: System,
): Promise<string | undefined> => {
  if ((await agents.by('reference', id)).length > 0) return 'it has an agent';
  if ((await facts.get(id)) !== undefined) return 'an agent has told of it';
  const byHand = !['auto', 'agent', 'guest'].includes(power?.driver ?? 'auto');
  return byHand || power?.address !== undefined ? 'it has a BMC' : undefined;
};

/**
 * A guest of a machine's name would take its place: its host, its MAC, and in the end its agent.
 * @throws ResoleError `name-taken`
 */
const refuseMachine = async (store: Store, system: System, host: System): Promise<void> => {
  const sign = await machineSign(store, system);
  if (sign === undefined) return;
  const { name } = system;
  throw new ResoleError(
    'name-taken',
    `${name} is a machine, not a guest of ${host.name}: ${sign}`,
    {
      remedy:
        `choose another name for the guest; if ${name} does run on ${host.name}, say so first: ` +
        `\`resole system edit ${name} --virt-host ${host.name}\``,
    },
  );
};

export const virtGuests = (store: Store, options: GuestOptions): Omit<VirtDeps, 'forgetGuest'> => ({
  image: async (ref) => usable('image', await findNamed('image', store.images, ref)),

  guest: async (request, host) => {
    const { name } = request;
    const known =
      name === undefined
        ? undefined
        : await findSystem(store, name).catch((error: unknown) => {
            if (error instanceof ResoleError && error.code === 'not-found') return undefined;
            throw error;
          });
    const foreign = known?.virtHost !== undefined && known.virtHost !== host.id;
    if (known?.id === host.id || foreign) {
      throw new ResoleError(
        'invalid-input',
        `${known?.name} runs elsewhere, or is the host itself`,
        {
          remedy: 'choose another name for the guest',
        },
      );
    }
    if (known !== undefined && known.virtHost === undefined) {
      await refuseMachine(store, known, host);
    }
    if (request.recreate && known?.machineUuid === undefined) {
      throw new ResoleError('not-found', `there is no guest ${name} to make anew`, {
        remedy: 'make it: resole virt create',
      });
    }
    const mac =
      request.mac ?? (known && firstMac(known)) ?? (await freshMac(store, options.macPrefix));
    const identity = {
      name: known?.name ?? name ?? `guest-${mac.replaceAll(':', '')}`,
      uuid: known?.machineUuid ?? randomUUID(),
      mac,
    };
    const fields = {
      machineUuid: identity.uuid,
      virtHost: host.id,
      macs: [...new Set([...(known?.macs ?? []), mac])],
      ...(request.virt === undefined ? {} : { virt: withVirt(known?.virt, request.virt) }),
    };
    const now = options.now();
    const system: System = known
      ? revised(known, fields, now)
      : stamped({ id: newId('sys'), name: identity.name, ...fields }, now);
    return { system, identity };
  },

  askedOf: async (host, but) =>
    (await store.jobs.list()).flatMap(({ kind, state, system, plan }) =>
      kind === 'virt-create' && !finalStates.has(state) && plan.host?.id === host && system !== but
        ? (plan.guest ?? [])
        : [],
    ),

  keepGuest: (system) =>
    options.exclusively(async () => {
      for (const mac of system.macs ?? []) {
        if (!(await isFree(store, mac, system.id))) {
          throw new ResoleError('name-taken', `MAC ${mac} belongs to another system`, {
            remedy: 'ask again: another one is chosen; or give --mac',
          });
        }
      }
      if ((await store.systems.get(system.id)) === undefined) await store.systems.create(system);
      else await store.systems.replace(system);
      return system;
    }),
});

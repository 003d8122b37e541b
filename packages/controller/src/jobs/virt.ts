import {
  type Facts,
  type Job,
  type JobRequest,
  type Plan,
  ResoleError,
  roomBeside,
  roomProblems,
  type System,
  type VirtHost,
} from '@resole/protocol';
import { type AgentPayload, answerOf } from '../plan/answer.ts';
import { planVirtAct } from '../plan/virt/act.ts';
import { planVirtCreate } from '../plan/virt/create.ts';
import { guestOptions } from '../plan/virt/options.ts';
import type { GuestIdentity } from '../plan/virt/spec.ts';
import type { CreateRequest, JobServiceDeps } from './service-ports.ts';

type ActRequest = Extract<JobRequest, { kind: 'virt' }>;

type Deps = Pick<
  JobServiceDeps,
  'guest' | 'askedOf' | 'image' | 'target' | 'templates' | 'agentPayload' | 'freezeAnswer' | 'reach'
>;

export type PreparedGuest = Pick<Job, 'plan' | 'answer'> & {
  system: System;
  /** What its host has to give, but for what it was asked for already. */
  room: VirtHost;
};

/** A guest's plan, its system, and what its answer file is made of. */
export const prepareGuest = async (
  deps: Deps,
  request: CreateRequest,
  host: System,
  facts: Facts,
  id: string,
): Promise<PreparedGuest> => {
  const { virtHost: room } = facts;
  if (room === undefined) {
    throw new ResoleError('virt-host-unfit', `libvirt does not answer on ${host.name}`, {
      remedy: 'install libvirt-daemon-system and virtinst there, and start libvirtd',
    });
  }
  const asked = await withImageId(deps, request);
  const { system: guest, identity } = await deps.guest(asked, host);
  if (!request.recreate) refuseSecond(identity, host, room);
  const [target, templates] = await Promise.all([
    deps.target(guest, request.profile),
    deps.templates(),
  ]);
  const system: System = { ...guest, profile: target.profile.id };
  const options = guestOptions(target.options);
  const image = options.virt?.image;
  const reach = deps.reach();
  const intent = {
    ...target,
    options,
    system,
    identity,
    host,
    virtHost: roomBeside(room, await deps.askedOf(host.id, system.id)),
    templates,
    recreate: request.recreate,
    ...(image === undefined ? {} : { image: await deps.image(image) }),
    ...(reach === undefined ? {} : { reach }),
  };
  const plan = planVirtCreate(intent);
  const answered = plan.commandLine !== undefined || plan.guest?.install.by === 'clone';
  if (!answered) return { plan, system, room };
  const payload: AgentPayload = await deps.agentPayload(target.distro);
  const made = answerOf(intent, plan, { id, attempt: 1 }, payload);
  if (made === undefined) return { plan, system, room };
  const answer = await deps.freezeAnswer(
    { template: made.template, variables: { ...made.variables } },
    target.distro.family,
    templates,
  );
  return { plan, answer, system, room };
};

/** An image is stored by its id, as everywhere: its name may change, and become another one's. */
const withImageId = async (deps: Deps, request: CreateRequest): Promise<CreateRequest> => {
  const ref = request.virt?.image;
  if (ref === undefined) return request;
  return { ...request, virt: { ...request.virt, image: (await deps.image(ref)).id } };
};

/**
 * What the host would refuse, before anything of the guest that is there is changed in the inventory.
 * @throws ResoleError `virt-host-unfit`
 */
const refuseSecond = (
  { name, uuid }: GuestIdentity,
  host: System,
  { held, guests }: VirtHost,
): void => {
  const own = held?.[uuid] !== undefined;
  if (!own && !guests.includes(name)) return;
  throw new ResoleError('virt-host-unfit', `${host.name} has a guest ${name} already`, {
    details: [
      own
        ? { field: 'uuid', problem: 'a guest with this UUID is there', value: uuid }
        : { field: 'name', problem: 'a guest of this name is there', value: name },
    ],
    remedy: `make it anew (\`resole virt recreate ${name}\`), or choose another name`,
  });
};

/** The host of a guest: the system that it runs on. @throws ResoleError `invalid-input` */
export const hostOf = (request: ActRequest, system: System): string => {
  if (request.action === 'list') return system.id;
  if (system.virtHost !== undefined) return system.virtHost;
  throw new ResoleError('invalid-input', `${system.name} is no guest`, {
    remedy: 'guests are made by `resole virt create`, or have virtHost set',
  });
};

export const prepareAct = (request: ActRequest, system: System, host: System): Plan =>
  planVirtAct(request.action, system, host);

/**
 * What a plan only warns of is refused when it is to be done. Between the plan and this, others may
 * have asked the same host. @throws ResoleError `virt-host-unfit`
 */
export const refuseWithoutRoom = async (
  deps: Pick<Deps, 'askedOf'>,
  { plan: { host, guest }, system, room }: PreparedGuest,
): Promise<void> => {
  if (guest === undefined || host === undefined) return;
  const details = roomProblems(guest, roomBeside(room, await deps.askedOf(host.id, system.id)));
  if (details.length === 0) return;
  throw new ResoleError('virt-host-unfit', `${host.name} can't take the guest ${system.name}`, {
    details,
    remedy: 'make room, or give the guest less: --memory, --disk, --cpus, --bridge, --network',
  });
};

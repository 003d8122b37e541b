/** What an answer file would be made of, without a job and as far as the machine is known. */
import {
  type Distro,
  type Facts,
  type Network,
  type Options,
  type Profile,
  type Repo,
  ResoleError,
  type System,
} from '@resole/protocol';
import { type AgentPayload, answerOf } from '../plan/answer.ts';
import { targetDisk } from '../plan/checks.ts';
import { inventoryNetwork } from '../plan/network/inventory.ts';
import { firstMac, guestNetwork } from '../plan/virt/network.ts';
import { guestOptions } from '../plan/virt/options.ts';
import { guestDisk } from '../plan/virt/spec.ts';
import type { Answer } from './render.ts';

export interface Subject {
  system: System;
  profile: Profile;
  distro: Distro;
  /** After inheritance. */
  options: Options;
  repos: Repo[];
  /** What the machine's agent last said, where it has one. */
  facts?: Facts | undefined;
  /** Of a machine that is made up. */
  disk?: { id: string; size: number };
}

/**
 * Template and variables as a job of now would have them.
 * @returns nothing where the family has no answer file; `notes` say what had to be assumed
 * @throws ResoleError `disk-unknown`, `network-missing`, `artefact-missing`, `invalid-input`
 */
export const previewOf = (
  subject: Subject,
  job: { id: string; attempt: number },
  agent: AgentPayload,
): { answer: Answer; notes: string[] } | undefined => {
  const notes: string[] = [];
  const seen =
    subject.system.virtHost === undefined ? machineOf(subject, notes) : guestOf(subject, notes);
  const { options, disk, network } = seen;
  const plan = { erases: [{ ...disk, contents: [] }], network };
  const made = answerOf({ ...subject, options }, plan, job, agent);
  if (!made) return undefined;
  return { answer: { template: made.template, variables: { ...made.variables } }, notes };
};

/** What an answer file has from the machine, and the options that it is made by. */
interface Seen {
  options: Options;
  disk: { id: string; name: string; size: number };
  network: Network;
}

const machineOf = (subject: Subject, notes: string[]): Seen => {
  const { system, facts, options } = subject;
  const disk = subject.disk
    ? { ...subject.disk, name: subject.disk.id }
    : diskOf(system, facts, notes);
  const live = facts?.network;
  if (!live) notes.push('the network is that of the inventory: no agent has told of the live one');
  return { options, disk, network: live ?? inventoryNetwork(system, options) };
};

/** Of a guest that was never made. */
const STAND_IN = { uuid: '00000000-0000-4000-8000-000000000000', mac: '52:54:00:00:00:00' };

/** A guest's disk and network are those that its job gives it, whatever runs in it now. */
const guestOf = ({ system, options: said }: Subject, notes: string[]): Seen => {
  const options = guestOptions(said);
  const mac = firstMac(system) ?? STAND_IN.mac;
  const uuid = system.machineUuid ?? STAND_IN.uuid;
  if (uuid === STAND_IN.uuid) {
    notes.push(
      'the guest was never made: what is chosen then, as its disk’s serial number, are stand-ins',
    );
  }
  const disk = guestDisk(uuid, options.virt) ?? { id: 'none', name: 'none', size: 0 };
  return { options, disk, network: guestNetwork(system, mac, options) };
};

const diskOf = (system: System, facts: Facts | undefined, notes: string[]) => {
  if (facts) return targetDisk({ system, facts });
  if (system.disk === undefined) {
    throw new ResoleError('disk-unknown', `the disk of ${system.name} is not known`, {
      remedy: `run \`resole system edit ${system.name} --disk ID\`, or enrol its agent`,
    });
  }
  notes.push('the size of the disk is not known: 0 stands for it');
  return { id: system.disk, name: system.disk, size: 0 };
};

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
  const { system, facts, options } = subject;
  const notes: string[] = [];
  const disk = subject.disk
    ? { ...subject.disk, name: subject.disk.id }
    : diskOf(system, facts, notes);
  const live: Network | undefined = facts?.network;
  if (!live) notes.push('the network is that of the inventory: no agent has told of the live one');
  const network = live ?? inventoryNetwork(system, options);
  const made = answerOf(subject, { erases: [{ ...disk, contents: [] }], network }, job, agent);
  if (!made) return undefined;
  return { answer: { template: made.template, variables: { ...made.variables } }, notes };
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

/** Jobs for tests. */
import { generateKeyPairSync, sign } from 'node:crypto';
import type { JobMessage, SignedJob, Step } from '@resole/protocol';
import { network } from './facts.ts';

export const jobKeys = generateKeyPairSync('ed25519');

export const checkHostStep: Extract<Step, { step: 'check-host' }> = {
  step: 'check-host',
  args: {
    arch: 'x86_64',
    machineUuid: '4c4c4544-0042-3510-8052-b4c04f4d3232',
    bootMode: 'bios',
    minMemoryBytes: 1_000_000_000,
    disk: { id: 'serial:A1', size: 4_294_967_296 },
    network,
    space: { destination: 'boot', bytes: 60_000_000 },
    secureBoot: false,
  },
};

export const rebootStep: Step = {
  step: 'hand-over',
  args: { action: 'reboot', force: false },
};

export const signedJob = (changes: Partial<SignedJob> = {}): SignedJob => ({
  job: 'job_aaaaaaaaaaaaaaaaaaaa',
  attempt: 1,
  agent: 'agt_aaaaaaaaaaaaaaaaaaaa',
  system: 'sys_aaaaaaaaaaaaaaaaaaaa',
  kind: 'reinstall',
  steps: [
    checkHostStep,
    { step: 'arm-kexec', args: { commandLine: 'quiet', secureBoot: false } },
    rebootStep,
  ],
  issuedAt: '2026-01-01T00:00:00Z',
  expiresAt: '2026-01-01T01:00:00Z',
  ...changes,
});

/** The job as the controller sends it. */
export function messageOf(job: SignedJob, key = jobKeys.privateKey): JobMessage {
  const payload = JSON.stringify(job);
  const signature = sign(null, Buffer.from(payload), key).toString('base64url');
  return { type: 'job', payload, signature };
}

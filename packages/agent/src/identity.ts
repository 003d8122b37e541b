/** Who this agent is: its own Ed25519 key, and what enrolment gave it. */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import { join } from 'node:path';
import { EnrolmentReply, helloProof, ResoleError } from '@resole/protocol';
import { z } from 'zod';
import { makeFolder, readIfThere, writeDurably } from './files/durable.ts';

const Identity = z.object({
  ...EnrolmentReply.shape,
  /** Address that it enrolled at. */
  controller: z.string(),
  /** The controller's certificate authority, the only one that is trusted on the link. */
  caPem: z.string(),
});
export type Identity = z.infer<typeof Identity>;

const folder = (stateDir: string) => join(stateDir, 'identity');

/** The agent's private key; made on first use, mode 0600, and never sent anywhere. */
export async function ownKey(stateDir: string): Promise<KeyObject> {
  const path = join(folder(stateDir), 'key.pem');
  const pem = await readIfThere(path);
  if (pem !== undefined) return createPrivateKey(pem);
  const { privateKey } = generateKeyPairSync('ed25519');
  await makeFolder(folder(stateDir));
  await writeDurably(path, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  return privateKey;
}

/** The public half, SPKI DER in base64url: what the controller knows the agent by. */
export const publicKeyOf = (key: KeyObject): string =>
  createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64url');

/** What enrolment gave, or undefined where this agent is not enrolled. */
export async function readIdentity(stateDir: string): Promise<Identity | undefined> {
  const path = join(folder(stateDir), 'agent.json');
  const bytes = await readIfThere(path);
  if (bytes === undefined) return undefined;
  try {
    return Identity.parse(JSON.parse(bytes.toString('utf8')));
  } catch (cause) {
    throw new ResoleError('internal', `the identity ${path} can't be read`, {
      remedy: 'enrol again: resole-agent enroll --force',
      cause,
    });
  }
}

export async function writeIdentity(stateDir: string, identity: Identity): Promise<void> {
  await makeFolder(folder(stateDir));
  await writeDurably(
    join(folder(stateDir), 'agent.json'),
    `${JSON.stringify(identity, null, 1)}\n`,
  );
}

/** The answer to a connection's challenge, base64url. */
export const proofOf = (key: KeyObject, nonce: string, agent: string, bootId: string): string =>
  sign(null, Buffer.from(helloProof(nonce, agent, bootId)), key).toString('base64url');

/** The controller's key that signs jobs. */
export const jobKeyOf = (identity: Identity): KeyObject =>
  createPublicKey({
    key: Buffer.from(identity.jobKey, 'base64url'),
    type: 'spki',
    format: 'der',
  });

/** The offer, signed: agents know the key since they enrolled, and trust nothing else. */
import { type KeyObject, sign } from 'node:crypto';
import type { Offer } from './offer.ts';

export interface SignedManifest {
  /** JSON text: `{version, files: {name: {size, sha256}}}`. Its bytes are what is signed. */
  manifest: string;
  /** Ed25519 by the key that signs jobs, base64url. */
  signature: string;
}

/** Goes before what is signed, so that no manifest can be taken for a job or the other way round. */
const context = 'resole-agent-manifest:v1\n';

export const signManifest = ({ version, files }: Offer, key: KeyObject): SignedManifest => {
  const manifest = JSON.stringify({ version, files });
  const signature = sign(null, Buffer.from(context + manifest), key).toString('base64url');
  return { manifest, signature };
};

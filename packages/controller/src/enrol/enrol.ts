import { createPublicKey } from 'node:crypto';
import {
  type EnrolmentReply,
  type EnrolmentRequest,
  ResoleError,
  splitJoinToken,
} from '@resole/protocol';
import { enrolByToken } from './by-token.ts';
import type { EnrolDeps } from './ports.ts';
import { enrolReturning } from './returning.ts';

/**
 * Takes an agent in: by an operator's join token, or by the single-use credential of a reinstall,
 * which says whose system it is. Asking again with the same key gets the same answer, since the
 * first reply may have been lost.
 * @throws ResoleError `token-invalid`, `machine-mismatch`, `agent-online`
 */
export const enrol = async (
  deps: EnrolDeps,
  request: EnrolmentRequest,
): Promise<EnrolmentReply> => {
  checkKey(request.publicKey);
  const { id, secret } = splitJoinToken(request.token);
  const by = id.startsWith('job_') ? enrolReturning : enrolByToken;
  // One after the other, so that two at once can't both find the credential unused.
  return deps.lines.run(id, () => by(deps, request, id, secret));
};

const checkKey = (publicKey: string): void => {
  try {
    const key = createPublicKey({
      key: Buffer.from(publicKey, 'base64url'),
      format: 'der',
      type: 'spki',
    });
    if (key.asymmetricKeyType === 'ed25519') return;
  } catch {
    // Falls through to the one refusal.
  }
  throw new ResoleError('invalid-input', 'publicKey is not an Ed25519 key in SPKI DER, base64url');
};

/** `agent.sh`: what a machine runs to become an agent of this controller. */
import { createHash, createPublicKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../package-root.ts';

/** @param apiUrl as agents reach the controller */
export const installScript = async (apiUrl: string): Promise<string> => {
  const text = await readFile(join(packageRoot, 'assets/agent-install/agent.sh'), 'utf8');
  // It goes between single quotes; a URL has none, but nobody need rely on that.
  return text.replace('@CONTROLLER@', apiUrl.replaceAll("'", '%27'));
};

/**
 * SHA-256 of the server's public key, as `--pinnedpubkey sha256//…` of curl and wget takes it: the
 * script itself can be fetched safely from a controller whose CA the machine doesn't know. The key
 * stays when the certificate is renewed.
 */
export const keyPin = (serverKeyPem: string): string =>
  createHash('sha256')
    .update(createPublicKey(serverKeyPem).export({ type: 'spki', format: 'der' }))
    .digest('base64');

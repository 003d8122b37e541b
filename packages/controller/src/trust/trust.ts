/** Everything by which the controller is known and knows others: made at the first start. */
import { createHash, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { privateFolder, readIfThere, writePrivate } from '../files/private-file.ts';
import { openAdminToken } from './admin-token.ts';
import { issueLeaf, leafServes, makeAuthority } from './authority.ts';
import { damaged, keyPem, openKey, openSecret } from './keys.ts';
import { openSecrets, type Secrets } from './secrets.ts';

export interface Trust {
  caPem: string;
  /** The file that holds it. */
  caFile: string;
  /** SHA-256 of the CA certificate's DER, base64url: what join tokens carry. */
  caFingerprint: string;
  serverKeyPem: string;
  serverCertPem: string;
  /** Ed25519 private key that signs jobs. */
  jobKey: KeyObject;
  /** Its public half, SPKI DER in base64url. */
  jobKeySpki: string;
  /** 32 bytes from which job tokens are derived by HMAC. */
  secret: Buffer;
  /** Encrypts what has to be kept and told again: passwords of power systems. */
  secrets: Secrets;
  verifyAdmin(token: string): boolean;
  /** Where the admin token lies in clear text, mode 0600, unless the operator has removed it. */
  adminTokenFile: string;
  /** This call made the CA: the controller's first start on this folder. */
  isNew: boolean;
}

/** Names under which the controller can always be reached on its own host. */
export const loopbackNames = ['localhost', '127.0.0.1', '::1'];

/**
 * Opens `<dataDir>/trust` (mode 0700, files 0600), making what is missing. A crash at any moment is
 * mended by the next call. Call it again to renew a server certificate that nears its end.
 * @param options.names host names and IP addresses of the server certificate; loopback is added.
 */
export async function openTrust(
  dataDir: string,
  options: { names: readonly string[]; now?: Date },
): Promise<Trust> {
  const now = options.now ?? new Date();
  const names = [...new Set([...loopbackNames, ...options.names])];
  const folder = join(dataDir, 'trust');
  await privateFolder(folder);
  const file = (name: string) => join(folder, name);

  const knownCa = (await readIfThere(file('ca.pem')))?.toString();
  // A CA whose key is gone must not be replaced silently: agents have pinned it.
  if (knownCa !== undefined && !(await readIfThere(file('ca.key')))) throw damaged(file('ca.key'));
  const caKey = await openKey(file('ca.key'), 'p256');
  const caPem = knownCa ?? (await makeAuthority(caKey, now));
  if (knownCa === undefined) await writePrivate(file('ca.pem'), caPem);
  const ca = certificate(caPem, file('ca.pem'));
  if (!ca.checkPrivateKey(caKey)) throw damaged(file('ca.key'));

  const serverKey = await openKey(file('server.key'), 'p256');
  let serverCertPem = (await readIfThere(file('server.pem')))?.toString();
  if (serverCertPem === undefined || !leafServes(serverCertPem, caPem, serverKey, names, now)) {
    serverCertPem = await issueLeaf({ key: caKey, pem: caPem }, serverKey, names, now);
    await writePrivate(file('server.pem'), serverCertPem);
  }

  const jobKey = await openKey(file('job.key'), 'ed25519');
  const adminTokenFile = file('admin-token');
  const admin = await openAdminToken(adminTokenFile, file('admin-token.sha256'));
  return {
    caPem,
    caFile: file('ca.pem'),
    caFingerprint: createHash('sha256').update(ca.raw).digest('base64url'),
    serverKeyPem: keyPem(serverKey),
    serverCertPem,
    jobKey,
    jobKeySpki: createPublicKey(jobKey)
      .export({ type: 'spki', format: 'der' })
      .toString('base64url'),
    secret: await openSecret(file('secret')),
    secrets: await openSecrets(file('secrets.key')),
    verifyAdmin: admin.verify,
    adminTokenFile,
    isNew: knownCa === undefined,
  };
}

function certificate(pem: string, path: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw damaged(path, cause);
  }
}

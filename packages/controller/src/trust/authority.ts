/** The controller's own certificate authority (EC P-256) and the server certificates it issues. */
import 'reflect-metadata'; // the X.509 library's dependency injection needs it, before its import
import {
  createPublicKey,
  type KeyObject,
  randomBytes,
  webcrypto,
  X509Certificate,
} from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';

x509.cryptoProvider.set(webcrypto);

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const day = 24 * 60 * 60 * 1000;
const authorityLifetime = 20 * 365 * day;
/** Longer ones are refused by some TLS clients. */
const leafLifetime = 397 * day;
/** A leaf is replaced when this much of its life is left. */
const leafMargin = 30 * day;
/** Certificates begin a little earlier, for targets whose clock is behind. */
const clockSkew = 2 * day;

interface Issuer {
  key: KeyObject;
  certificate: x509.X509Certificate;
}

/** A self-signed certificate for the key, as PEM. */
export async function makeAuthority(key: KeyObject, now: Date): Promise<string> {
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: [{ CN: ['Resole controller CA'] }],
    notBefore: new Date(now.getTime() - clockSkew),
    notAfter: new Date(now.getTime() + authorityLifetime),
    keys: { privateKey: await signing(key), publicKey: await verifying(key) },
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
        true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(await verifying(key)),
    ],
  });
  return `${certificate.toString('pem')}\n`;
}

/** A server certificate (PEM) for the names, which are host names or IP addresses. */
export async function issueLeaf(
  authority: { key: KeyObject; pem: string },
  leafKey: KeyObject,
  names: readonly string[],
  now: Date,
): Promise<string> {
  const issuer: Issuer = {
    key: authority.key,
    certificate: new x509.X509Certificate(authority.pem),
  };
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: [{ CN: ['Resole controller'] }],
    issuer: issuer.certificate.subjectName,
    notBefore: new Date(now.getTime() - clockSkew),
    notAfter: new Date(now.getTime() + leafLifetime),
    signingKey: await signing(issuer.key),
    publicKey: await verifying(leafKey),
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((name) => ({ type: isIP(name) === 0 ? 'dns' : 'ip', value: name })),
      ),
      await x509.SubjectKeyIdentifierExtension.create(await verifying(leafKey)),
      await x509.AuthorityKeyIdentifierExtension.create(await verifying(issuer.key)),
    ],
  });
  return `${certificate.toString('pem')}\n`;
}

/** Whether the leaf still serves: same names, same key, this authority, and enough life left. */
export function leafServes(
  pem: string,
  authorityPem: string,
  leafKey: KeyObject,
  names: readonly string[],
  now: Date,
): boolean {
  const leaf = new X509Certificate(pem);
  const has = new x509.X509Certificate(pem)
    .getExtension(x509.SubjectAlternativeNameExtension)
    ?.names.toJSON()
    .map((name) => name.value);
  return (
    JSON.stringify(has?.toSorted()) === JSON.stringify(names.toSorted()) &&
    leaf.checkPrivateKey(leafKey) &&
    leaf.verify(new X509Certificate(authorityPem).publicKey) &&
    leaf.validToDate.getTime() - now.getTime() > leafMargin
  );
}

/** 16 random bytes, hexadecimal, positive and without a leading zero byte (RFC 5280, 4.1.2.2). */
function serial(): string {
  const bytes = randomBytes(16);
  bytes[0] = 0x40 | ((bytes[0] ?? 0) & 0x3f);
  return bytes.toString('hex');
}

const signing = (key: KeyObject) =>
  webcrypto.subtle.importKey(
    'pkcs8',
    key.export({ type: 'pkcs8', format: 'der' }),
    algorithm,
    true,
    ['sign'],
  );

const verifying = (key: KeyObject) =>
  webcrypto.subtle.importKey(
    'spki',
    createPublicKey(key).export({ type: 'spki', format: 'der' }),
    algorithm,
    true,
    ['verify'],
  );

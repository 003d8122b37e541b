/** Enrolment: how a machine becomes known to a controller, with nothing but a join token. */
import { createHash, X509Certificate } from 'node:crypto';
import { request } from 'node:https';
import {
  EnrolmentReply,
  type EnrolmentRequest,
  ErrorBody,
  type Facts,
  JoinToken,
  ResoleError,
  splitJoinToken,
} from '@resole/protocol';
import { errorOfBody } from './error-body.ts';
import { type Identity, ownKey, publicKeyOf, writeIdentity } from './identity.ts';

export interface EnrolmentOptions {
  controller: string;
  token: string;
  stateDir: string;
  facts: () => Promise<Facts>;
}

/**
 * Enrols this machine. The controller's CA is fetched without any secret and must have the
 * fingerprint that the token carries; only then, over TLS verified by that CA, is the token sent.
 * @throws ResoleError `token-invalid`, `ca-mismatch`, `unreachable`, or the controller's refusal.
 */
export async function enroll(options: EnrolmentOptions): Promise<Identity> {
  const { controller, stateDir } = options;
  const token = JoinToken.safeParse(options.token.trim());
  if (!token.success) {
    throw new ResoleError('token-invalid', 'that is not a join token', {
      remedy: 'a join token begins with "rsl1."; make one with `resole token create`',
    });
  }
  const caPem = await fetchCa(controller, splitJoinToken(token.data).ca);
  const key = await ownKey(stateDir);
  const body: EnrolmentRequest = {
    token: token.data,
    publicKey: publicKeyOf(key),
    facts: await options.facts(),
  };
  const reply = await exchange(`${controller}/v1/enrolments`, { ca: caPem }, JSON.stringify(body));
  if (reply.status < 200 || reply.status > 299) throw refusal(reply);
  const parsed = EnrolmentReply.safeParse(jsonOf(reply.text));
  if (!parsed.success) {
    throw new ResoleError(
      'protocol-mismatch',
      "the controller's reply to the enrolment is unknown",
    );
  }
  const identity = { ...parsed.data, controller, caPem };
  await writeIdentity(stateDir, identity);
  return identity;
}

async function fetchCa(controller: string, fingerprint: string): Promise<string> {
  // Unverified on purpose: nothing secret is sent, and what comes back is checked right below.
  const reply = await exchange(`${controller}/ca.pem`, { rejectUnauthorized: false });
  const certificate = reply.status === 200 ? certificateOf(reply.text) : undefined;
  const found = certificate && createHash('sha256').update(certificate.raw).digest('base64url');
  if (certificate === undefined || found !== fingerprint) {
    throw new ResoleError(
      'ca-mismatch',
      `${controller} is not the controller that made the token`,
      {
        remedy: 'check the address; somebody may stand in between. The token was not sent.',
      },
    );
  }
  // Only the certificate that was checked: others in the same reply are not trusted.
  return certificate.toString();
}

function certificateOf(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

interface Reply {
  status: number;
  text: string;
}

/** One HTTPS request: GET, or POST where there is a body. */
function exchange(
  url: string,
  tls: { ca?: string; rejectUnauthorized?: boolean },
  body?: string,
): Promise<Reply> {
  const headers = body === undefined ? {} : { 'content-type': 'application/json' };
  const method = body === undefined ? 'GET' : 'POST';
  return new Promise<Reply>((resolve, reject) => {
    const sent = request(
      url,
      { ...tls, method, headers, agent: false, timeout: 20_000 },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('error', reject);
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') }),
        );
      },
    );
    sent.on('timeout', () => sent.destroy(new Error('no answer within 20 s')));
    sent.on('error', reject);
    sent.end(body);
  }).catch((cause: Error) => {
    throw new ResoleError('unreachable', `${new URL(url).origin}: ${cause.message}`, {
      remedy: 'check the address, the firewall, and that the controller runs',
      cause,
    });
  });
}

/** The controller's own words, where it said any. */
function refusal({ status, text }: Reply): ResoleError {
  const body = ErrorBody.safeParse((jsonOf(text) as { error?: unknown } | undefined)?.error);
  if (!body.success) return new ResoleError('unreachable', `the controller answered ${status}`);
  return errorOfBody(body.data);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

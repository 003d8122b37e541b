import { createPublicKey, verify } from 'node:crypto';
import {
  type Agent,
  type Hello,
  helloProof,
  PROTOCOL_VERSION,
  ResoleError,
} from '@resole/protocol';

/**
 * Checks that a connection is the agent that it says it is.
 * @throws ResoleError `protocol-mismatch`, `agent-revoked`, `unauthorized`
 */
export const checkHello = (hello: Hello, nonce: string, agent: Agent | undefined): Agent => {
  if (hello.protocol < 1) {
    throw new ResoleError('protocol-mismatch', `protocol ${hello.protocol} is not spoken here`, {
      remedy: `update the agent; this controller speaks ${PROTOCOL_VERSION}`,
    });
  }
  // Unknown and false get the same answer: ids can't be tried out.
  const proven = agent !== undefined && isProven(hello, nonce, agent.publicKey);
  if (!proven) throw new ResoleError('unauthorized', 'the agent did not prove who it is');
  if (agent.revoked) {
    throw new ResoleError('agent-revoked', 'this agent was revoked', {
      remedy: 'enrol it again with a new join token',
    });
  }
  return agent;
};

const isProven = (hello: Hello, nonce: string, publicKey: string): boolean => {
  const key = createPublicKey({
    key: Buffer.from(publicKey, 'base64url'),
    format: 'der',
    type: 'spki',
  });
  const text = Buffer.from(helloProof(nonce, hello.agent, hello.bootId));
  return verify(null, text, key, Buffer.from(hello.signature, 'base64url'));
};

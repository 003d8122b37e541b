import { createHash, timingSafeEqual } from 'node:crypto';
import {
  type EnrolmentReply,
  type EnrolmentRequest,
  ResoleError,
  type StoredToken,
  type System,
} from '@resole/protocol';
import { revised } from '../store/stored.ts';
import { type EnrolDeps, invalid } from './ports.ts';
import { systemFor } from './system-for.ts';
import { settle, takeIn } from './take-in.ts';

/** Takes an agent in by an operator's join token. To be run while nobody else uses the token. */
export const enrolByToken = async (
  deps: EnrolDeps,
  request: EnrolmentRequest,
  id: string,
  secret: string,
): Promise<EnrolmentReply> => {
  const { store, now } = deps;
  const token = await tokenOf(deps, id, secret);
  const known = await store.agents.by('publicKey', request.publicKey);
  const again = known.find((agent) => !agent.revoked);
  const knownSystem = again && (await store.systems.get(again.system));
  if (again && knownSystem) {
    return deps.lines.run(knownSystem.id, () => settle(deps, again, request, knownSystem, false));
  }
  if (token.uses < 1 || token.expiresAt <= now().toISOString()) throw invalid();
  // The use is spent first: a crash in between costs a token, never lets one be used twice.
  await store.tokens.replace(revised(token, { uses: token.uses - 1 }, now()));
  const system = await deps.exclusively(() => systemFor(store, request.facts, token.system, now()));
  return deps.lines.run(system.id, async () => {
    await refuseBesideOnline(deps, system);
    return settle(deps, await takeIn(deps, request, system), request, system, true);
  });
};

/** @throws ResoleError `agent-online` */
const refuseBesideOnline = async (
  { store, isOnline }: EnrolDeps,
  system: System,
): Promise<void> => {
  const others = await store.agents.by('reference', system.id);
  const rival = others.find((agent) => isOnline(agent.id));
  if (rival === undefined) return;
  throw new ResoleError('agent-online', `${system.name} has an agent that is connected`, {
    remedy: `revoke it first: \`resole agent revoke ${rival.id}\``,
  });
};

const tokenOf = async (deps: EnrolDeps, id: string, secret: string): Promise<StoredToken> => {
  const token = await deps.store.tokens.get(id);
  const given = createHash('sha256').update(secret).digest();
  const same = token && timingSafeEqual(Buffer.from(token.secretHash, 'hex'), given);
  if (!same) throw invalid();
  return token;
};

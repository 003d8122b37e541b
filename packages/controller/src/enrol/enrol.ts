import { createHash, createPublicKey, timingSafeEqual } from 'node:crypto';
import {
  type Agent,
  type Distro,
  type EnrolmentReply,
  type EnrolmentRequest,
  type Facts,
  type Job,
  ResoleError,
  type StoredToken,
  type System,
  splitJoinToken,
} from '@resole/protocol';
import type { Happening } from '../jobs/record.ts';
import { isTicket } from '../provision/tickets.ts';
import type { Store } from '../store/store.ts';
import { newId, revised, stamped } from '../store/stored.ts';
import { withHistory } from './facts-history.ts';
import { osMismatch } from './os-match.ts';
import { systemFor } from './system-for.ts';

export interface EnrolDeps {
  store: Store;
  secret: Buffer;
  jobKeySpki: string;
  isOnline(agent: string): boolean;
  /** Ends the session of an agent that was replaced. */
  drop(agent: string, error: ResoleError): void;
  happen(job: string, event: Happening): Promise<Job>;
  distroOf(job: Job): Promise<Distro | undefined>;
  now(): Date;
  /** Runs a task while nobody else writes to the inventory. */
  exclusively<T>(task: () => Promise<T>): Promise<T>;
}

const invalid = () =>
  new ResoleError('token-invalid', 'the join token is unknown, used up or expired', {
    remedy: 'make a new one with `resole token create`',
  });

/**
 * Takes an agent in: by an operator's join token, or by the single-use credential of a reinstall,
 * which says whose system it is. Asking again with the same key gets the same answer, since the
 * first reply may have been lost.
 * @throws ResoleError `token-invalid`, `os-mismatch`, `conflict`-like errors
 */
export const enrol = async (
  deps: EnrolDeps,
  request: EnrolmentRequest,
): Promise<EnrolmentReply> => {
  checkKey(request.publicKey);
  const { id, secret } = splitJoinToken(request.token);
  return id.startsWith('job_')
    ? enrolReturning(deps, request, id, secret)
    : enrolByToken(deps, request, await tokenOf(deps, id, secret));
};

const enrolReturning = async (
  deps: EnrolDeps,
  request: EnrolmentRequest,
  id: string,
  secret: string,
): Promise<EnrolmentReply> => {
  const job = isTicket(deps.secret, 'return', id, secret)
    ? await deps.store.jobs.get(id)
    : undefined;
  if (!job) throw invalid();
  const [before] = await deps.store.agents.by('returnOf', id);
  const system = await deps.store.systems.get(job.system);
  if (!system) throw invalid();
  if (before) {
    if (before.publicKey !== request.publicKey) throw invalid();
    return reply(deps, before, system);
  }
  if (!returnable.has(job.state)) throw invalid();
  const problem = osMismatch(await deps.distroOf(job), request.facts);
  if (problem) {
    const error = { code: 'os-mismatch', message: problem } as const;
    await deps.happen(id, { type: 'wrong-os-returned', message: problem, error });
    throw new ResoleError('os-mismatch', problem);
  }
  return takeIn(deps, request, system, id);
};

const returnable: ReadonlySet<Job['state']> = new Set([
  'handing-over',
  'installer-booted',
  'installing',
  'installed',
  'stalled',
]);

const enrolByToken = async (
  deps: EnrolDeps,
  request: EnrolmentRequest,
  token: StoredToken,
): Promise<EnrolmentReply> => {
  const { store, now } = deps;
  const known = await store.agents.by('publicKey', request.publicKey);
  const again = known.find((agent) => !agent.revoked);
  const knownSystem = again && (await store.systems.get(again.system));
  if (again && knownSystem) return reply(deps, again, knownSystem);
  if (token.uses < 1 || token.expiresAt <= now().toISOString()) throw invalid();
  // The use is spent first: a crash in between costs a token, never lets one be used twice.
  await store.tokens.replace(revised(token, { uses: token.uses - 1 }, now()));
  const system = await deps.exclusively(() => systemFor(store, request.facts, token.system, now()));
  return takeIn(deps, request, system);
};

const takeIn = async (
  deps: EnrolDeps,
  request: EnrolmentRequest,
  system: System,
  returnOf?: string,
): Promise<EnrolmentReply> => {
  const { store, now } = deps;
  const others = await store.agents.by('reference', system.id);
  const rival = others.find((agent) => deps.isOnline(agent.id));
  if (rival && returnOf === undefined) {
    throw new ResoleError('agent-online', `${system.name} has an agent that is connected`, {
      remedy: `revoke it first: \`resole agent revoke ${rival.id}\``,
    });
  }
  const agent: Agent = stamped(
    {
      id: newId('agt'),
      system: system.id,
      publicKey: request.publicKey,
      revoked: false,
      version: request.facts.agentVersion,
      bootId: request.facts.bootId,
      ...(returnOf === undefined ? {} : { returnOf }),
    },
    now(),
  );
  await store.agents.create(agent);
  await keepFacts(store, system.id, request.facts, now());
  for (const other of others) {
    await store.agents.replace(revised(other, { revoked: true }, now()));
    deps.drop(other.id, new ResoleError('agent-revoked', 'another agent took over this system'));
  }
  return reply(deps, agent, system);
};

/** Puts the facts of a system in the place of those before. */
export const keepFacts = async (
  store: Store,
  system: string,
  facts: Facts,
  now: Date,
): Promise<void> => {
  const before = await store.facts.get(system);
  if (before) {
    const history = withHistory(before.history ?? [], before.facts, facts, now.toISOString());
    await store.facts.replace(revised(before, { facts, history }, now));
  } else await store.facts.create(stamped({ id: system, facts }, now));
};

const reply = (deps: EnrolDeps, agent: Agent, system: System): EnrolmentReply => ({
  agent: agent.id,
  system: system.id,
  systemName: system.name,
  jobKey: deps.jobKeySpki,
});

const tokenOf = async (deps: EnrolDeps, id: string, secret: string): Promise<StoredToken> => {
  const token = await deps.store.tokens.get(id);
  const given = createHash('sha256').update(secret).digest();
  const same = token && timingSafeEqual(Buffer.from(token.secretHash, 'hex'), given);
  if (!same) throw invalid();
  return token;
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

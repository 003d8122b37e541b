/** `resole-agent run --job FILE`: one job without a controller, by the word of this machine's root. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { ResoleError, SignedJob } from '@resole/protocol';
import { errorOfBody } from '../error-body.ts';
import { jobKeyOf, readIdentity } from '../identity.ts';
import { type Addressee, judge } from '../intake.ts';
import { readRecord } from '../journal.ts';
import { type JournalRecord, knownAttempt } from '../record.ts';
import { parseJobFile } from '../transport/file.ts';
import type { World } from '../world.ts';
import { finishAlone, withoutController } from './alone.ts';

export async function runFile(
  world: World,
  file: string,
  { rehearse }: { rehearse: boolean },
  signal: AbortSignal,
): Promise<void> {
  const { config, clock, print } = world;
  const text = await readFile(file, 'utf8').catch((cause) => {
    throw new ResoleError('invalid-input', `the job file ${file} can't be read`, { cause });
  });
  if ((await readIdentity(config.stateDir)) === undefined) await finishAlone(world, signal);
  const record = await readRecord(config.stateDir);
  const { self, payload, signature } = await addressed(text, world, record);
  const message = { type: 'job', payload, signature } as const;
  // What would be refused anyway is refused beside a running agent too.
  const verdict = judge(message, self, record, clock.now());
  if (verdict.kind === 'refuse' || verdict.kind === 'ignore') throw verdict.error;

  const give = { message, job: SignedJob.parse(JSON.parse(payload)).job };
  const failure = await withoutController(world, self, { give, print, rehearse }, signal);
  if (failure !== undefined) throw errorOfBody(failure);
}

/**
 * A signed job must be for this agent and from its controller, as over the link. A bare one is the
 * word of whoever may run this as root: it is signed here and now, as a new attempt.
 */
async function addressed(
  text: string,
  { config }: World,
  record: JournalRecord,
): Promise<{ self: Addressee; payload: string; signature: string }> {
  const { payload, signature } = parseJobFile(text);
  if (signature !== undefined) {
    const identity = await readIdentity(config.stateDir);
    if (identity === undefined) {
      throw new ResoleError('job-signature', 'this machine is not enrolled: it knows no signer');
    }
    const { agent, system } = identity;
    return { self: { agent, system, jobKey: jobKeyOf(identity) }, payload, signature };
  }
  const parsed = SignedJob.safeParse(JSON.parse(payload));
  if (!parsed.success) {
    throw new ResoleError('invalid-input', 'the job file is not a job', {
      details: parsed.error.issues.map((issue) => ({
        field: issue.path.join('.'),
        problem: issue.message,
      })),
    });
  }
  const { agent, system, job } = parsed.data;
  const attempt = Math.max(parsed.data.attempt, knownAttempt(record, job) + 1);
  const own = JSON.stringify({ ...parsed.data, attempt });
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    self: { agent, system, jobKey: publicKey },
    payload: own,
    signature: sign(null, Buffer.from(own), privateKey).toString('base64url'),
  };
}

import {
  type EnrolmentReply,
  type EnrolmentRequest,
  type Job,
  ResoleError,
  type System,
} from '@resole/protocol';
import { isTicket } from '../provision/tickets.ts';
import { machineMismatch } from './machine-match.ts';
import { osMismatch } from './os-match.ts';
import { type EnrolDeps, invalid } from './ports.ts';
import { settle, takeIn } from './take-in.ts';

/** States of a job whose machine may come back as its new OS. */
const returnable: ReadonlySet<Job['state']> = new Set([
  'handing-over',
  'installer-booted',
  'installing',
  'installed',
  'stalled',
]);

/**
 * Takes the agent of a reinstalled machine in, by the single-use credential that the answer file
 * carried. To be run while nobody else uses it. Another OS than the profile's is the job's failure,
 * but its agent is taken in: the machine is that one, and nothing else reaches it any more.
 */
export const enrolReturning = async (
  deps: EnrolDeps,
  request: EnrolmentRequest,
  id: string,
  secret: string,
): Promise<EnrolmentReply> => {
  const { store } = deps;
  const job = isTicket(deps.secret, 'return', id, secret) ? await store.jobs.get(id) : undefined;
  const system = job && (await store.systems.get(job.system));
  if (!job || !system) throw invalid();
  const [before] = await store.agents.by('returnOf', id);
  const isAsking = before?.publicKey === request.publicKey && !before.revoked;
  if (before ? !isAsking : !returnable.has(job.state)) throw invalid();
  if (!before) await refuseOther(deps, job, system, request);
  return deps.lines.run(system.id, async () => {
    const agent = before ?? (await takeIn(deps, request, system, id));
    await judge(deps, job, request);
    return settle(deps, agent, request, system, before === undefined);
  });
};

/** @throws ResoleError `machine-mismatch`; the job goes on, for its own machine may yet come. */
const refuseOther = async (
  deps: EnrolDeps,
  job: Job,
  system: System,
  { facts }: EnrolmentRequest,
): Promise<void> => {
  const problem = machineMismatch(system, job.plan, facts);
  if (problem === undefined) return;
  deps.log('an agent was refused', { job: job.id, problem });
  await deps.happen(job.id, { type: 'wrong-machine-refused', message: problem });
  throw new ResoleError('machine-mismatch', problem, {
    remedy: `give ${system.name} the machine's MAC or UUID if it is this one: resole system edit ${system.name} --help`,
  });
};

/** A job that has ended stays as it is: the reply to an earlier asking may have been lost. */
const judge = async (deps: EnrolDeps, job: Job, { facts }: EnrolmentRequest): Promise<void> => {
  const message = osMismatch(await deps.distroOf(job), facts);
  if (message === undefined) return;
  const remedy = `its agent is connected: look at it (\`resole agent facts ${job.systemName}\`), then correct the osRelease of the distro or reinstall it`;
  const error = { code: 'os-mismatch', message, remedy } as const;
  await deps.happen(job.id, { type: 'wrong-os-returned', message, error });
};

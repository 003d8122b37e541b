import type { Job } from '@resole/protocol';
import type { FastifyRequest } from 'fastify';
import type { JobAnswers } from '../answers/render.ts';
import type { Happening } from '../jobs/record.ts';

/** A request below a job's own address. */
export type JobRequest = FastifyRequest<{ Params: { segment: string } }>;

/** What the provision listener needs of the rest. */
export interface ProvisionDeps {
  secret: Buffer;
  job(id: string): Promise<Job | undefined>;
  happen(id: string, event: Happening): Promise<Job>;
  /** The installer of an OS that no agent runs on is done. */
  finished(id: string): Promise<void>;
  /** The job whose installer the machine with this MAC is to start now. */
  armedJob(mac: string): Promise<Job | undefined>;
  /** The job's secret address. */
  base(job: string): string;
  /** What the installer is given, with the job's secrets filled in. */
  answers: JobAnswers;
  /** A file of the job's distro by its role. */
  artefact(job: Job, role: 'kernel' | 'initrd' | 'image'): Promise<string | undefined>;
  tree(job: Job): Promise<string | undefined>;
  agentFile(job: Job, encoding: 'zst' | 'gz'): Promise<string | undefined>;
  log: (message: string, fields: Record<string, unknown>) => void;
  /** Appends to the job's log and shows it. */
  appendLog(job: Job, text: string): Promise<void>;
}

import type {
  AgentLog,
  Bmc,
  EnrolmentReply,
  EnrolmentRequest,
  Job,
  JobRequest,
  LastPower,
  Plan,
  PlanFromFacts,
  PowerFinding,
  PowerRequest,
  PowerResult,
  ResoleError,
} from '@resole/protocol';
import type { ByHand } from '../answers/by-hand.ts';
import type { AnswerService } from '../answers/service.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Extensions } from '../plugins/extensions.ts';
import type { Store } from '../store/store.ts';

/** What the API needs of the rest of the controller. */
export interface ApiDeps {
  store: Store;
  inventory: Inventory;
  version: string;
  /** Certificate of the CA, PEM. */
  caPem: string;
  /** SHA-256 of the CA certificate's DER, base64url: what join tokens carry. */
  caFingerprint: string;
  /** Compares in constant time. */
  verifyAdmin(token: string): boolean;
  now(): Date;
  isOnline(agentId: string): boolean;
  /** Asks a connected agent to look at its machine; resolves when what it says is stored. */
  refreshFacts(agentId: string): Promise<unknown>;
  /** The last lines of a connected agent's log. */
  agentLog(agentId: string, which: { lines: number; after?: number }): Promise<AgentLog>;
  /** Ends an agent's session, telling it why. */
  drop(agentId: string, error: ResoleError): void;
  enrol(request: EnrolmentRequest): Promise<EnrolmentReply>;
  extensions: {
    plugins: Pick<Extensions['plugins'], 'list'>;
    webhooks: Pick<Extensions['webhooks'], 'list' | 'add' | 'remove' | 'test'>;
  };
  jobs: {
    plan(request: JobRequest): Promise<Plan>;
    planFromFacts(request: PlanFromFacts): Promise<Plan>;
    start(request: JobRequest): Promise<Job>;
    cancel(id: string): Promise<Job>;
    /** File with what the job's installer wrote; may not be there. */
    logFile(id: string): string;
    /** What a person needs who starts the job's installer. */
    byHand(job: Job): Promise<ByHand>;
  };
  power: {
    act(
      request: PowerRequest,
      told: (result: PowerResult) => void,
      signal: AbortSignal,
    ): Promise<void>;
    last(system: string): Promise<LastPower | undefined>;
    lasts(): Promise<LastPower[]>;
    examine(ref: string, signal: AbortSignal): Promise<PowerFinding[]>;
    detect(ref: string): Promise<{ system: string; virtualization: string; bmc?: Bmc }>;
  };
  /** Answer files without a job. */
  answers: AnswerService;
  /** Notes a failure that the asker is not told the inside of. */
  log(message: string, fields: Record<string, unknown>): void;
}

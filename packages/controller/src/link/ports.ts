import type { Agent, EventAck, EventMessage, Facts, Progress } from '@resole/protocol';

/** What the link needs of the rest of the controller. */
export interface LinkDeps {
  agent(id: string): Promise<Agent | undefined>;
  /** A session is open: noted with version and boot id, before anything else is heard. */
  connected(agent: Agent, version: string, bootId: string): Promise<void>;
  left(agent: string): Promise<void>;
  facts(agent: Agent, facts: Facts): Promise<void>;
  event(agent: string, message: EventMessage): Promise<EventAck>;
  progress(agent: string, job: string, progress: Progress): Promise<void>;
  /** By the job key, as jobs are: Ed25519 over the text's UTF-8 bytes, base64url. */
  sign(payload: string): string;
  log(message: string, fields: Record<string, unknown>): void;
  now(): Date;
}

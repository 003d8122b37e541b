/** One agent per state folder, and how it is asked for its status. */
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { ResoleError } from '@resole/protocol';
import { z } from 'zod';
import { makeFolder } from './files/durable.ts';

/** What a running agent tells of itself. */
export const Status = z.object({
  pid: z.int(),
  version: z.string(),
  controller: z.string().optional(),
  system: z.string().optional(),
  connected: z.boolean(),
  job: z.string().optional(),
  phase: z.string().optional(),
  /** Events that wait for the controller. */
  waiting: z.int(),
});
export type Status = z.infer<typeof Status>;

/** In a folder that only root can enter: nobody else can take the place of the agent. */
const socketOf = (stateDir: string): string => join(stateDir, 'agent.sock');

/**
 * Makes this process the only agent of its state folder, and answers who asks for its status.
 * @throws ResoleError `agent-running` where another agent is running.
 */
export async function becomeInstance(stateDir: string, status: () => Status): Promise<Server> {
  await makeFolder(stateDir);
  if ((await askStatus(stateDir)) !== undefined) {
    throw new ResoleError('agent-running', `an agent is running already on ${stateDir}`, {
      remedy: 'stop it first: systemctl stop resole-agent',
    });
  }
  // What an agent that was killed has left.
  await rm(socketOf(stateDir), { force: true });
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.end(JSON.stringify(status()));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketOf(stateDir), resolve);
  });
  return server;
}

/** The status of the running agent, or undefined where none is running. */
export function askStatus(stateDir: string): Promise<Status | undefined> {
  return new Promise((resolve) => {
    const socket = connect(socketOf(stateDir));
    let text = '';
    socket.setTimeout(5_000, () => socket.destroy());
    socket.on('data', (data) => {
      text += String(data);
    });
    socket.on('error', () => resolve(undefined));
    socket.on('close', () => {
      try {
        resolve(Status.parse(JSON.parse(text)));
      } catch {
        resolve(undefined);
      }
    });
  });
}

import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { join } from 'node:path';

/** A client of one server, over connections that are kept. */
export interface Client {
  /** @returns the body. @throws where the status isn't 2xx. */
  ask(method: string, path: string, body?: object): Promise<Buffer>;
  close(): void;
}

/** @param dataDir of the controller, whose CA and token are used. */
export const openClient = (dataDir: string, port: number, connections: number): Client => {
  const ca = readFileSync(join(dataDir, 'trust/ca.pem'));
  const token = readFileSync(join(dataDir, 'trust/admin-token'), 'utf8').trim();
  const agent = new Agent({ keepAlive: true, maxSockets: connections, ca });
  const headers = { authorization: `Bearer ${token}` };
  return {
    ask: (method, path, body) =>
      new Promise((resolve, reject) => {
        const payload = body === undefined ? undefined : JSON.stringify(body);
        const type = payload === undefined ? {} : { 'content-type': 'application/json' };
        const target = { host: '127.0.0.1', port, method, path, agent };
        const sent = request({ ...target, headers: { ...headers, ...type } }, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const answer = Buffer.concat(chunks);
            const { statusCode = 0 } = response;
            if (statusCode >= 200 && statusCode < 300) resolve(answer);
            else reject(new Error(`${method} ${path}: ${statusCode} ${answer.toString()}`));
          });
        });
        sent.on('error', reject);
        sent.end(payload);
      }),
    close: () => agent.destroy(),
  };
};

/** How many requests a second go through, with as many under way as there are `workers`. */
export const throughput = async (
  ask: (turn: number) => Promise<unknown>,
  workers: number,
  seconds: number,
): Promise<number> => {
  let turn = 0;
  const run = async (until: number): Promise<number> => {
    let done = 0;
    while (performance.now() < until) {
      await ask(turn++);
      done += 1;
    }
    return done;
  };
  const all = (until: number) => Promise.all(Array.from({ length: workers }, () => run(until)));
  // Connections are made and code is compiled before the clock starts.
  await all(performance.now() + seconds * 300);
  const start = performance.now();
  const counts = await all(start + seconds * 1000);
  const done = counts.reduce((sum, count) => sum + count, 0);
  return done / ((performance.now() - start) / 1000);
};

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from './connection.ts';

/** A client of one server, over connections that are kept. */
export interface Client {
  /** @returns the body. @throws where the status isn't 2xx. */
  ask(method: string, path: string, body?: object): Promise<Buffer>;
  close(): void;
}

/**
 * @param dataDir of the controller, whose CA and token are used.
 * @param plain over HTTP without TLS, as installers ask.
 */
export const openClient = (
  dataDir: string,
  port: number,
  connections: number,
  plain = false,
): Client => {
  const ca = plain ? undefined : readFileSync(join(dataDir, 'trust/ca.pem'));
  const token = readFileSync(join(dataDir, 'trust/admin-token'), 'utf8').trim();
  const opened: Connection[] = [];
  const free: Connection[] = [];
  const waiting: ((connection: Connection) => void)[] = [];
  const taken = (): Promise<Connection> | Connection => {
    const idle = free.pop();
    if (idle !== undefined) return idle;
    if (opened.length === connections) return new Promise((resolve) => waiting.push(resolve));
    const connection = new Connection({ host: '127.0.0.1', port }, ca);
    opened.push(connection);
    return connection;
  };
  const headOf = (method: string, path: string) =>
    `${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${token}\r\n`;
  return {
    ask: async (method, path, body) => {
      const payload = body === undefined ? '' : JSON.stringify(body);
      const about =
        body === undefined
          ? ''
          : `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(payload)}\r\n`;
      const connection = await taken();
      try {
        return await connection.ask(`${headOf(method, path)}${about}\r\n${payload}`);
      } finally {
        const next = waiting.shift();
        if (next === undefined) free.push(connection);
        else next(connection);
      }
    },
    close: () => {
      for (const connection of opened) connection.close();
    },
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

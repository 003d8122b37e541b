/** A network between a client and a server that can be slow, cut, and away. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Link {
  port: number;
  /** Bytes that clients have sent through it. */
  sent(): number;
  /** Bytes a second from the client to the server. */
  slow(rate: number): void;
  fast(): void;
  /** Ends every connection, as a network does that lost its state. */
  cut(): void;
  /** Lets nobody through any more. */
  close(): void;
}

export const startLink = async (to: number): Promise<Link> => {
  let [sent, rate] = [0, Number.POSITIVE_INFINITY];
  const sockets = new Set<Socket>();
  /** A little at a time, since the rate may change meanwhile. */
  const paced = async (bytes: number) => {
    for (let left = bytes; left > 0 && Number.isFinite(rate); left -= rate / 20) await sleep(50);
  };
  const measured = () =>
    new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        sent += chunk.length;
        void paced(chunk.length).then(() => done(null, chunk));
      },
    });
  const server = createServer((client) => {
    const far = connect(to, '127.0.0.1');
    const pair = [client, far];
    for (const socket of pair) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        for (const each of pair) each.destroy();
      });
    }
    client.pipe(measured()).pipe(far);
    far.pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    sent: () => sent,
    slow: (bytes) => {
      rate = bytes;
    },
    fast: () => {
      rate = Number.POSITIVE_INFINITY;
    },
    cut,
    close: () => {
      server.close();
      cut();
    },
  };
};

/** UDP, for tests: free ports, and a relay that holds packets back. */
import { createSocket, type Socket } from 'node:dgram';

const bound = async (): Promise<Socket> => {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, '127.0.0.1', resolve);
  });
  return socket;
};

/** A UDP port of 127.0.0.1 that nothing listens on. */
export const freeUdpPort = async (): Promise<number> => {
  const socket = await bound();
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
};

interface Relay {
  port: number;
  close(): void;
}

/**
 * Passes packets on to a port, each answer after so many seconds.
 * @param heard is told who sends a packet: each program has a port of its own.
 */
export const slowRelay = async (
  port: number,
  seconds: number,
  heard: (sender: number) => void = () => undefined,
): Promise<Relay> => {
  const outer = await bound();
  const inner = new Map<number, Socket>();
  const timers = new Set<NodeJS.Timeout>();
  outer.on('message', async (message, from) => {
    heard(from.port);
    const socket = inner.get(from.port) ?? (await bound());
    if (!inner.has(from.port)) {
      inner.set(from.port, socket);
      socket.on('message', (answer) => {
        const timer = setTimeout(() => {
          timers.delete(timer);
          outer.send(answer, from.port, from.address);
        }, seconds * 1000);
        timers.add(timer);
      });
    }
    socket.send(message, port, '127.0.0.1');
  });
  return {
    port: outer.address().port,
    close: () => {
      for (const timer of timers) clearTimeout(timer);
      for (const socket of inner.values()) socket.close();
      outer.close();
    },
  };
};

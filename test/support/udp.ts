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

interface RelayOptions {
  /** The nth answer, from 1, comes so much later. */
  seconds?(nth: number): number;
  /** Is told who sends a packet: each program has a port of its own. */
  heard?(sender: number): void;
  /** Whether the nth packet that comes by, from 1 and in either direction, gets lost. */
  lost?(nth: number): boolean;
}

/** Passes packets on to a port, and answers back. */
const relay = async (
  port: number,
  { seconds = () => 0, heard = () => undefined, lost = () => false }: RelayOptions,
): Promise<Relay> => {
  const outer = await bound();
  const inner = new Map<number, Socket>();
  const timers = new Set<NodeJS.Timeout>();
  let packets = 0;
  let answers = 0;
  const gone = () => {
    packets += 1;
    return lost(packets);
  };
  outer.on('message', async (message, from) => {
    heard(from.port);
    const socket = inner.get(from.port) ?? (await bound());
    if (!inner.has(from.port)) {
      inner.set(from.port, socket);
      socket.on('message', (answer) => {
        if (gone()) return;
        answers += 1;
        const timer = setTimeout(() => {
          timers.delete(timer);
          outer.send(answer, from.port, from.address);
        }, seconds(answers) * 1000);
        timers.add(timer);
      });
    }
    if (!gone()) socket.send(message, port, '127.0.0.1');
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

type Heard = RelayOptions['heard'];

/** A network, or a BMC, that takes its time for each answer, or for some. */
export const slowRelay = (
  port: number,
  seconds: number | ((nth: number) => number),
  heard?: Heard,
): Promise<Relay> =>
  relay(port, {
    seconds: typeof seconds === 'number' ? () => seconds : seconds,
    ...(heard && { heard }),
  });

/** A network that loses packets. */
export const lossyRelay = (
  port: number,
  lost: (nth: number) => boolean,
  heard?: Heard,
): Promise<Relay> => relay(port, { lost, ...(heard && { heard }) });

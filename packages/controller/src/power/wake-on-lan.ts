/** Magic packets, for machines that have nothing else. */
import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { z } from 'zod';
import type { PowerDriver, PowerTarget } from './driver.ts';
import { notConfigured, unreachable } from './failures.ts';
import { readOptions } from './options.ts';

/** AMD, "Magic Packet Technology" (1995): six times 255, then the address sixteen times. */
export const magicPacket = (mac: string): Buffer =>
  Buffer.concat([
    Buffer.alloc(6, 0xff),
    ...Array.from({ length: 16 }, () => Buffer.from(mac.replaceAll(':', ''), 'hex')),
  ]);

const Options = z.strictObject({ mac: z.string().optional() });

/** Discard: what most programs use; the hardware looks at the contents only. */
const PORT = 9;

/** The networks that this host is in. */
const HERE = '255.255.255.255';

const read = (target: PowerTarget): string[] => {
  const { mac } = readOptions(Options, target);
  const macs = mac === undefined ? target.macs : [mac.toLowerCase().replaceAll('-', ':')];
  const wrong = macs.find((each) => !/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(each));
  if (wrong !== undefined) throw notConfigured(target, `"${wrong}" is not a MAC address`);
  if (macs.length === 0) throw notConfigured(target, 'no MAC address of it is known');
  return [...macs];
};

const send = (packets: Buffer[], address: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
    const end = (error: Error | null) => {
      socket.close();
      if (error === null) resolve();
      else reject(error);
    };
    socket.once('error', end);
    socket.bind(0, () => {
      if (!isIPv6(address)) socket.setBroadcast(true);
      let left = packets.length;
      for (const packet of packets) {
        socket.send(packet, port, address, (error) => {
          left -= 1;
          if (error !== null || left === 0) end(error);
        });
      }
    });
  });

export const wakeOnLan: PowerDriver = {
  about: 'magic packets to the MAC addresses of the system',
  needs: 'nothing, or address (broadcast address of its network), port; option mac',
  check: (target) => {
    read(target);
  },
  queue: ({ system }) => `wake ${system}`,
  acts: {
    on: async (target) => {
      const packets = read(target).map(magicPacket);
      const { address, port = PORT, broadcasts = [] } = target;
      const addresses = address === undefined ? [HERE, ...broadcasts] : [address];
      const sent = await Promise.allSettled(addresses.map((each) => send(packets, each, port)));
      // The machine is in one of these networks, and this host may have no way to the others.
      if (sent.some(({ status }) => status === 'fulfilled')) return 'sent';
      const [first] = sent.filter((each) => each.status === 'rejected');
      const cause: unknown = first?.reason;
      throw unreachable(target, cause instanceof Error ? cause.message : String(cause), cause);
    },
  },
};

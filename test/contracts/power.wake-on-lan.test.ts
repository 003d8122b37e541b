import { createSocket } from 'node:dgram';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { magicPacket, wakeOnLan } from '../../packages/controller/src/power/wake-on-lan.ts';
import { powerContract, target } from './power.ts';

const mac = '52:54:00:ab:cd:ef';

/** Listens like the machine's network card, and runs what sends. @returns the first packet */
const caught = async (send: (port: number) => Promise<unknown>): Promise<Buffer> => {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => {
    socket.bind(0, '127.0.0.1', resolve);
  });
  try {
    const arrived = new Promise<Buffer>((resolve) => {
      socket.once('message', resolve);
    });
    await send(socket.address().port);
    return await arrived;
  } finally {
    socket.close();
  }
};

powerContract('wake-on-lan', ['on'], async () => ({
  driver: wakeOnLan,
  target: target({ macs: [mac], address: '127.0.0.1' }),
  isOn: () => false,
  wrong: {
    'no MAC': { target: target(), code: 'power-not-configured' },
    'wrong MAC': { target: target({ options: { mac: 'x' } }), code: 'power-not-configured' },
  },
  stop: () => {},
}));

test('what arrives is what wakeonlan and etherwake send', async () => {
  const io = { signal: new AbortController().signal };
  const ours = await caught((port) =>
    Promise.resolve(wakeOnLan.acts.on?.(target({ macs: [mac], address: '127.0.0.1', port }), io)),
  );
  const theirs = await caught((port) =>
    execa('wakeonlan', ['-i', '127.0.0.1', '-p', String(port), mac]),
  );
  expect(ours.toString('hex')).toBe(theirs.toString('hex'));
  // etherwake sends on the wire itself; it prints the payload that it would send.
  const { stderr, stdout } = await execa('etherwake', ['-D', '-i', 'lo', mac], { reject: false });
  const printed = /Packet is ([0-9a-f ]+)/.exec(`${stdout}\n${stderr}`)?.[1]?.replaceAll(' ', '');
  expect(printed).toContain(magicPacket(mac).toString('hex'));
});

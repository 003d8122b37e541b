import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { magicPacket, wakeOnLan } from './wake-on-lan.ts';

test('a machine is woken in the networks that it is known to be in', async () => {
  const mac = '52:54:00:ab:cd:ef';
  const socket = createSocket('udp4').bind(0);
  onTestFinished(() => void socket.close());
  await once(socket, 'listening');
  const packet = once(socket, 'message');
  const target = {
    ...{ system: 'sys_22222222222222222222', name: 'web1', macs: [mac], options: {} },
    // This host has no way to the first of them.
    broadcasts: ['not-an-address.invalid', '127.255.255.255'],
    port: socket.address().port,
  };
  const io = { signal: new AbortController().signal };
  expect(await wakeOnLan.acts.on?.(target, io)).toBe('sent');
  expect((await packet)[0]).toEqual(magicPacket(mac));
});

import { sign } from 'node:crypto';
import { type GuestOrder, ResoleError, type SignedGuestOrder } from '@resole/protocol';
import { expect, test } from 'vitest';
import { guestOrders } from './guest-orders.ts';
import { openJournal } from './journal.ts';
import { withTended } from './tend.ts';
import { temporaryFolder } from './testing/agent.ts';
import { jobKeys, signedJob } from './testing/job.ts';

const now = new Date('2026-01-01T00:10:00Z');
const guest = '4c4c4544-0000-4010-8020-80c04f202020';
const container = '4c4c4544-0000-4010-8020-80c04f202021';

const order = (changes: Partial<SignedGuestOrder> = {}): GuestOrder => {
  const payload = JSON.stringify({
    order: 'q3Zr1x0vT2mA',
    agent: 'agt_aaaaaaaaaaaaaaaaaaaa',
    guest,
    action: 'on',
    expiresAt: '2026-01-01T00:10:45.000Z',
    ...changes,
  });
  const signature = sign(null, Buffer.from(payload), jobKeys.privateKey).toString('base64url');
  return { type: 'guest-order', payload, signature };
};

const host = async () => {
  const ran: string[] = [];
  const log: string[] = [];
  const journal = await openJournal(await temporaryFolder());
  const orders = guestOrders({
    self: {
      agent: 'agt_aaaaaaaaaaaaaaaaaaaa',
      system: 'sys_aaaaaaaaaaaaaaaaaaaa',
      jobKey: jobKeys.publicKey,
    },
    journal,
    run: async (_, args) => {
      const [connection, command] = args.slice(2);
      // A host without Xen.
      if (connection === 'xen:///system') throw new ResoleError('program-failed', 'no driver');
      if (command === 'list')
        return connection === 'lxc:///system' ? `${container}\n` : `${guest}\n`;
      ran.push(args.slice(2).join(' '));
      return 'shut off\n\n';
    },
    log: (_, line) => log.push(line),
  });
  return { orders, ran, log, journal };
};

test('one order, one answer; the same order is not carried out again', async () => {
  const { orders, ran, log } = await host();
  expect(await orders(order({ action: 'status' }), now)).toEqual({
    type: 'guest-reply',
    order: 'q3Zr1x0vT2mA',
    state: 'shut off',
  });
  expect(await orders(order({ action: 'on' }), now)).toBeUndefined();
  expect(await orders(order({ action: 'on', order: 'another-order' }), now)).toEqual({
    type: 'guest-reply',
    order: 'another-order',
  });
  expect(
    await orders(order({ guest: container, order: 'order-of-a-container' }), now),
  ).toBeDefined();
  expect(ran).toEqual([
    `qemu:///system domstate ${guest}`,
    `qemu:///system domstate ${guest}`,
    `qemu:///system start ${guest}`,
    `lxc:///system domstate ${container}`,
    `lxc:///system start ${container}`,
  ]);
  expect(log).toEqual([
    'an order to a guest was ignored: it came before',
    `guest ${guest}: on`,
    `guest ${container}: on`,
  ]);
});

test.each([
  ["it is not signed by this agent's controller", { ...order(), signature: 'c2ln' }],
  ['it is for another agent', order({ agent: 'agt_bbbbbbbbbbbbbbbbbbbb' })],
  ['it expired at 2026-01-01T00:10:00.000Z', order({ expiresAt: '2026-01-01T00:10:00.000Z' })],
  ['this agent does not know it', order({ action: 'explode' as 'on' })],
])('ignored: %s', async (why, message) => {
  const { orders, ran, log } = await host();
  expect(await orders(message, now)).toBeUndefined();
  expect(ran).toEqual([]);
  expect(log).toEqual([`an order to a guest was ignored: ${why}`]);
});

test('a guest that is switched off while it installs is not switched on again', async () => {
  const { orders, journal } = await host();
  const at = { uuid: guest, connection: 'qemu:///system' } as const;
  await journal.update((record) => withTended(record, at, signedJob()));
  await orders(order({ action: 'off' }), now);
  expect(journal.record.tended).toMatchObject([{ uuid: guest, until: '1970-01-01T00:00:00.000Z' }]);
});

/** Orders to the power of this host's guests: carried out at once, beside the job under way. */
import { type GuestOrder, type GuestReply, SignedGuestOrder } from '@resole/protocol';
import { asResoleError } from './error-body.ts';
import type { Run } from './exec.ts';
import { switchOn } from './executors/virt/switch-on.ts';
import { connectionOf, virsh } from './executors/virt/virsh.ts';
import { type Addressee, isSigned, jsonOf } from './intake.ts';
import type { Journal } from './journal.ts';
import type { Log } from './ports.ts';
import { onItsOwn } from './tend.ts';

export type GuestOrders = (message: GuestOrder, now: Date) => Promise<GuestReply | undefined>;

interface Deps {
  self: Addressee;
  journal: Journal;
  run: Run;
  log: Log;
}

/** libvirt answers in tenths of a second; the controller waits a little longer than this. */
const VIRSH_SECONDS = 30;

const commands = { off: 'destroy', 'soft-off': 'shutdown', reset: 'reset' } as const;

/** @returns what carries out one order; undefined for what is not this controller's to say. */
export const guestOrders = ({ self, journal, run, log }: Deps): GuestOrders => {
  /** Orders that came, until they expire, ms: none is carried out twice. */
  const known = new Map<string, number>();

  const judged = (message: GuestOrder, now: Date): SignedGuestOrder | string => {
    if (!isSigned(message, self.jobKey)) return "it is not signed by this agent's controller";
    const { data } = SignedGuestOrder.safeParse(jsonOf(message.payload));
    if (data === undefined) return 'this agent does not know it';
    if (data.agent !== self.agent) return 'it is for another agent';
    for (const [order, until] of known) if (until <= now.getTime()) known.delete(order);
    const until = Date.parse(data.expiresAt);
    if (until <= now.getTime()) return `it expired at ${data.expiresAt}`;
    if (known.has(data.order)) return 'it came before';
    known.set(data.order, until);
    return data;
  };

  const context = {
    run: ((command, args) => run(command, args, { timeout: VIRSH_SECONDS })) satisfies Run,
  };
  const act = async ({ guest, action }: SignedGuestOrder): Promise<{ state?: string }> => {
    const connection = await connectionOf(context, guest);
    const tell = (command: string) => virsh(context, [command, guest], connection);
    if (action === 'status') return { state: (await tell('domstate')).trim() };
    // Who switches an installing guest off means it: it is not to be switched on again here.
    if (action === 'on') {
      await switchOn((await tell('domstate')).trim(), tell);
      return {};
    }
    if (action === 'off') await journal.update((record) => onItsOwn(record, guest));
    await tell(commands[action]);
    return {};
  };

  return async (message, now) => {
    const order = judged(message, now);
    if (typeof order === 'string') {
      log('error', `an order to a guest was ignored: ${order}`);
      return undefined;
    }
    if (order.action !== 'status') log('info', `guest ${order.guest}: ${order.action}`);
    const reply = { type: 'guest-reply', order: order.order } as const;
    try {
      return { ...reply, ...(await act(order)) };
    } catch (error) {
      return { ...reply, error: asResoleError(error).toBody() };
    }
  };
};

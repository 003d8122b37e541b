/** A controller in memory, behind the same frames as the real one. */
import {
  type EventAck,
  type EventMessage,
  parseToController,
  type ToAgent,
  type ToController,
} from '@resole/protocol';
import type { SessionListener, Transport } from '../ports.ts';

export interface MemoryController extends Transport {
  /** Events in the order of their coming, doubles left out, as the real one records them. */
  events: EventMessage[];
  /** Every other frame. */
  frames: ToController[];
  /** Frames that are sent to the agent; lost where no session is open. */
  send(frame: ToAgent): void;
  connect(): void;
  disconnect(): void;
  /** Whether an event is acknowledged, and how; by default yes, and proceed. */
  answer: (message: EventMessage) => boolean | 'ignore';
  /** Resolves when an event of this type has come. */
  seen(type: EventMessage['event']['type']): Promise<EventMessage>;
}

/** @param time the controller's clock. */
export function memoryController(time: () => Date = () => new Date()): MemoryController {
  let listener: SessionListener | undefined;
  let open = false;
  const waiting = new Set<() => void>();
  const key = ({ job, attempt, sequence }: EventMessage | EventAck) =>
    `${job} ${attempt} ${sequence}`;

  const take = (frame: ToController) => {
    if (frame.type !== 'event') return controller.frames.push(frame);
    const known = controller.events.some((event) => key(event) === key(frame));
    const proceed = controller.answer(frame);
    if (proceed === 'ignore') return undefined;
    if (!known) controller.events.push(frame);
    for (const wake of waiting) wake();
    const { job, attempt, sequence } = frame;
    return controller.send({ type: 'event-ack', job, attempt, sequence, proceed });
  };

  const controller: MemoryController = {
    events: [],
    frames: [],
    answer: () => true,
    run: (given, signal) =>
      new Promise((resolve) => {
        listener = given;
        controller.connect();
        signal.addEventListener('abort', () => {
          controller.disconnect();
          resolve();
        });
      }),
    connect() {
      if (listener === undefined || open) return;
      open = true;
      listener.opened(
        {
          send: (frame) => {
            if (!open) return;
            const parsed = parseToController(JSON.stringify(frame));
            if (parsed) queueMicrotask(() => take(parsed));
          },
          close: () => controller.disconnect(),
        },
        time(),
      );
    },
    disconnect() {
      if (!open) return;
      open = false;
      listener?.closed();
    },
    send(frame) {
      if (open) queueMicrotask(() => listener?.received(frame));
    },
    seen: (type) =>
      new Promise((resolve) => {
        const look = () => {
          const found = controller.events.find(({ event }) => event.type === type);
          if (!found) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
  };
  return controller;
}

/** Getting a guest to run, from whatever state it is in (libvirt's words: virsh(1), `domstate`). */
interface Way {
  commands: readonly string[];
  said: string;
}

const ways: Readonly<Record<string, Way>> = {
  'shut off': { commands: ['start'], said: 'started' },
  /** By an operator, or by libvirt for want of room on its disk. */
  paused: { commands: ['resume'], said: 'resumed: it was paused' },
  pmsuspended: { commands: ['dompmwakeup'], said: 'woken: it was asleep' },
  /** Kept as it was when it crashed: there is nothing to go on with. */
  crashed: { commands: ['destroy', 'start'], said: 'started again: it had crashed' },
};

/** @param tell gives one command of virsh's to the guest. @returns what was done, for people */
export const switchOn = async (
  state: string,
  tell: (command: string) => Promise<unknown>,
): Promise<string> => {
  const way = ways[state];
  for (const command of way?.commands ?? []) await tell(command);
  return way?.said ?? 'runs already';
};

/** Many jobs under one policy: so many at once, and none begun after one has failed. */

export interface RolloutPolicy {
  atOnce: number;
  /** Goes on with the others where one has failed. */
  keepGoing: boolean;
}

/** How it went on one system. */
export type Outcome =
  | { state: 'done' | 'current'; job?: string }
  | { state: 'failed'; job?: string; error: Error };

export type RolloutRow = { system: string } & (Outcome | { state: 'not started' });

/**
 * @param act does it on one system, to its end; never rejects.
 * @param told is called as each system is done.
 * @returns a row for each system, in the order given. What was begun is always waited for.
 */
export const rollOut = async (
  systems: readonly string[],
  { atOnce, keepGoing }: RolloutPolicy,
  act: (system: string) => Promise<Outcome>,
  told: (row: RolloutRow) => void = () => undefined,
): Promise<RolloutRow[]> => {
  const rows: RolloutRow[] = systems.map((system) => ({ system, state: 'not started' }));
  let stopped = false;
  const left = systems.entries();
  const worker = async () => {
    for (const [index, system] of left) {
      if (stopped) return;
      const row: RolloutRow = { system, ...(await act(system)) };
      rows[index] = row;
      if (row.state === 'failed' && !keepGoing) stopped = true;
      told(row);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, systems.length) }, worker));
  return rows;
};

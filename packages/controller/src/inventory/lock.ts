/** Runs what it is given one after the other. */
export type Lock = <T>(task: () => Promise<T>) => Promise<T>;

export const newLock = (): Lock => {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const turn = last.then(task, task);
    last = turn.catch(() => undefined);
    return turn;
  };
};

/** What has been opened, to be closed in the opposite order. */

export interface Closers {
  add(close: () => void | Promise<void>): void;
  /** Closes everything, last opened first; the first failure is thrown when all have been tried. */
  closeAll(): Promise<void>;
}

export function createClosers(): Closers {
  const open: (() => void | Promise<void>)[] = [];
  return {
    add: (close) => {
      open.push(close);
    },
    closeAll: async () => {
      const failures: unknown[] = [];
      for (let close = open.pop(); close !== undefined; close = open.pop()) {
        try {
          await close();
        } catch (failure) {
          failures.push(failure);
        }
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}

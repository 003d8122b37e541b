/** Queues by key: what stands in one line runs one after the other, different lines side by side. */
export class Lines {
  readonly #ends = new Map<string, Promise<void>>();

  /** Runs `work` after everything that stands in line under the key, whether that failed or not. */
  run<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    const mine = (this.#ends.get(key) ?? Promise.resolve()).then(work);
    const end = mine.then(
      () => undefined,
      () => undefined,
    );
    this.#ends.set(key, end);
    void end.then(() => {
      if (this.#ends.get(key) === end) this.#ends.delete(key);
    });
    return mine;
  }

  /** Resolves when all that stands in line now has run. */
  async settled(): Promise<void> {
    await Promise.all(this.#ends.values());
  }
}

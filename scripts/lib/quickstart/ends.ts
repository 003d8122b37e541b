/** What has to be ended, latest first, once, whatever of it fails. */
export class Ends {
  readonly #ends: (() => Promise<void>)[] = [];

  add(end: () => Promise<void>): void {
    this.#ends.push(end);
  }

  /** Nothing of it is to be ended any more. */
  forget(): void {
    this.#ends.length = 0;
  }

  async all(): Promise<void> {
    for (let end = this.#ends.pop(); end !== undefined; end = this.#ends.pop()) {
      await end().catch((error: unknown) => console.error(`not ended: ${String(error)}`));
    }
  }
}

import { createWriteStream, type WriteStream } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

export interface SerialLine {
  /** Seconds since the log was begun. */
  at: number;
  text: string;
}

export interface FoundLine extends SerialLine {
  /** Where to look for what comes after it: `waitFor(…, { from: found.next })`. */
  next: number;
}

export interface WaitOptions {
  timeoutSeconds: number;
  /** Index of the first line to look at; `mark()` gives the present one. Default: the beginning. */
  from?: number;
}

/** What a machine said on its serial console: every line with its time, in memory and in a file. */
export class SerialLog {
  readonly lines: SerialLine[] = [];
  readonly #began = performance.now();
  readonly #file: WriteStream | undefined;
  readonly #listeners = new Set<() => void>();
  /** Begun but not ended, like `login: `. */
  #pending = '';

  constructor(file?: string) {
    this.#file = file === undefined ? undefined : createWriteStream(file, { flags: 'a' });
  }

  /** Seconds since the log was begun. */
  get now(): number {
    return (performance.now() - this.#began) / 1000;
  }

  /** Where lines that come from now on begin. */
  mark(): number {
    return this.lines.length;
  }

  write(text: string): void {
    const parts = (this.#pending + text).split('\n');
    this.#pending = parts.pop() ?? '';
    for (const part of parts) this.#add(part);
    this.#wake();
  }

  /** A line of ours between the machine's: power on, reset, off. */
  note(text: string): void {
    if (this.#pending !== '') this.#add(this.#pending);
    this.#pending = '';
    this.#add(`--- ${text}`);
    this.#wake();
  }

  /** The first line, even one that has not ended, that matches; fails with the last lines seen. */
  async waitFor(pattern: RegExp, { timeoutSeconds, from = 0 }: WaitOptions): Promise<FoundLine> {
    let next = from;
    const look = (): FoundLine | undefined => {
      for (; next < this.lines.length; next++) {
        const line = this.lines[next];
        if (line !== undefined && pattern.test(line.text)) {
          return { ...line, next: next + 1 };
        }
      }
      const pending = clean(this.#pending);
      return pattern.test(pending) ? { at: this.now, text: pending, next: next + 1 } : undefined;
    };
    return await new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(timer);
        this.#listeners.delete(check);
      };
      const check = () => {
        const line = look();
        if (line === undefined) return;
        done();
        resolve(line);
      };
      const timer = setTimeout(() => {
        done();
        const last = this.tail(15);
        reject(new Error(`not on the console within ${timeoutSeconds} s: ${pattern}\n${last}`));
      }, timeoutSeconds * 1000);
      this.#listeners.add(check);
      check();
    });
  }

  /** The last lines as text. */
  tail(count: number): string {
    const lines = this.lines.slice(-count).map(format);
    return [...lines, clean(this.#pending)].join('\n').trimEnd();
  }

  close(): void {
    this.#file?.end();
  }

  #add(raw: string): void {
    const line = { at: this.now, text: clean(raw) };
    this.lines.push(line);
    this.#file?.write(`${format(line)}\n`);
  }

  #wake(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

const clean = (text: string) => stripVTControlCharacters(text).replaceAll('\r', '');

const format = ({ at, text }: SerialLine) => `${at.toFixed(1).padStart(7)} ${text}`;

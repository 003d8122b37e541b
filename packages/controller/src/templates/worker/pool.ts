import type { Templates } from '../environment.ts';
import { templateError } from '../failure.ts';
import { reachableFrom } from '../references.ts';
import { noTemplate, subsetOf } from '../render.ts';
import { Lane } from './lane.ts';

export interface PoolOptions {
  /** Threads at most; they are started when there is work for them, and the first stays. */
  threads?: number;
  /** Milliseconds without work after which the others end. */
  idleMs?: number;
  /** Milliseconds that a rendering may take. */
  timeLimitMs?: number;
}

/**
 * Renders in threads of their own, where a template that loops or swells costs a thread and an
 * error, not the controller. Environments stay prepared between renderings of the same texts.
 */
export class RenderPool {
  readonly #lanes: Lane[];
  #count = 0;

  constructor({ threads = 2, timeLimitMs = 5000, idleMs = 30_000 }: PoolOptions = {}) {
    this.#lanes = Array.from(
      { length: threads },
      (_, index) => new Lane(timeLimitMs, index === 0 ? undefined : idleMs),
    );
  }

  /** One text. @throws ResoleError `template-error`, as `render` does */
  async render(name: string, templates: Templates, variables: object): Promise<string> {
    const [text = ''] = await this.renderAll([name], templates, JSON.stringify(variables));
    return text;
  }

  /**
   * Several texts with the same variables, in the order of `names`.
   * @param variables JSON of an object.
   * @throws ResoleError `template-error`: the first that fails, as `render` tells it
   */
  renderAll(names: readonly string[], templates: Templates, variables: string): Promise<string[]> {
    const absent = names.find((name) => !Object.hasOwn(templates, name));
    if (absent !== undefined) return Promise.reject(noTemplate(absent));
    const reached = reachableFrom(names, templates);
    // Fits into 32 bits, and is unique among those under way.
    this.#count = (this.#count + 1) % 0x7fff_ffff;
    const request = { id: this.#count, key: keyOf(reached, templates), names, variables };
    return new Promise((resolve, reject) => {
      this.#freest().add({
        request,
        templates: subsetOf(reached, templates),
        replied: (reply) =>
          'texts' in reply ? resolve(reply.texts) : reject(templateError(reply.failure, templates)),
      });
    });
  }

  close(): void {
    for (const lane of this.#lanes) lane.close();
  }

  /** The first that has nothing to do, else the one with the least; a new thread only under load. */
  #freest(): Lane {
    const running = this.#lanes.filter((lane) => lane.started);
    const free = running.find((lane) => lane.load === 0);
    const [first] = this.#lanes;
    const least = this.#lanes.reduce((best, lane) => (lane.load < best.load ? lane : best));
    return free ?? (running.length === 0 ? (first ?? least) : least);
  }
}

/** Texts by number, so that a set of them has a short name; a number is never used again. */
const numbers = new Map<string, number>();
const NUMBERED = 4000;
let latest = 0;

const numberOf = (text: string): number => {
  const known = numbers.get(text);
  if (known !== undefined) return known;
  if (numbers.size >= NUMBERED) numbers.clear();
  latest += 1;
  numbers.set(text, latest);
  return latest;
};

const keyOf = (names: readonly string[], templates: Templates): string =>
  names.map((name) => `${name}#${numberOf(templates[name] ?? '')}`).join(' ');

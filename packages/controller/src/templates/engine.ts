/** The template engine: minijinja as WebAssembly, with a bound on the memory that it may take. */
import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';

type Engine = typeof import('minijinja-js');

/** Pages of 64 KiB that the engine's memory may grow to: 64 MiB. */
const maxPages = 1024;

const require = createRequire(import.meta.url);
let loaded: Engine | undefined;

/**
 * The engine, loaded at its first use. Fuel does not bound memory, and the resource limits of a
 * worker know only its JavaScript heap; V8's flag holds for every WebAssembly memory of the process.
 * (minijinja is the only large one in the controller; fetch's HTTP parser takes a few pages.)
 */
export const engine = (): Engine => {
  if (loaded) return loaded;
  setFlagsFromString(`--wasm-max-mem-pages=${maxPages}`);
  loaded = require('minijinja-js') as Engine;
  return loaded;
};

/**
 * An engine that ran out of memory stays broken, for all its environments: this forgets it, so that
 * the next use starts with a new one.
 */
export const discardEngine = (): void => {
  loaded = undefined;
  delete require.cache[require.resolve('minijinja-js')];
};

/** WebAssembly's own errors: out of memory (`unreachable`), stack used up; never a template's mistake alone. */
export const isBroken = (error: unknown): boolean =>
  error instanceof RangeError ||
  (error instanceof Error && error.name === 'RuntimeError') ||
  (error instanceof Error && error.message.startsWith('recursive use of an object'));

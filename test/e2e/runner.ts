/** Runs end-to-end tests, as many side by side as the machine bears, and reports each. */
import { availableParallelism, freemem } from 'node:os';
import { join } from 'node:path';
import { endToEndTests } from './index.ts';
import { inWorld } from './world.ts';

export interface Report {
  name: string;
  passed: boolean;
  seconds: number;
  notes: [string, unknown][];
  error?: unknown;
}

/** Two machines of two virtual CPUs each keep two cores busy; each may take its memory. */
const placesFor = (memoryMiB: number): number =>
  Math.max(
    1,
    Math.min(availableParallelism(), Math.floor(freemem() / 2 ** 20 / (memoryMiB * 1.5))),
  );

/**
 * @param names tests by name, in order
 * @param done is told as soon as a test has ended
 */
export const runTests = async (
  names: readonly string[],
  logs: string,
  done: (report: Report) => void,
): Promise<Report[]> => {
  const waiting = [...names];
  const reports: Report[] = [];
  const memory = Math.max(...names.map((name) => endToEndTests[name]?.memoryMiB ?? 0));
  const worker = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const report = await runOne(name, join(logs, name));
      reports.push(report);
      done(report);
    }
  };
  await Promise.all(Array.from({ length: placesFor(memory) }, worker));
  return reports;
};

const runOne = async (name: string, logs: string): Promise<Report> => {
  const test = endToEndTests[name];
  if (!test)
    throw new Error(
      `there is no end-to-end test "${name}": ${Object.keys(endToEndTests).join(', ')}`,
    );
  const start = performance.now();
  const notes: Report['notes'] = [];
  const seconds = () => Math.round((performance.now() - start) / 100) / 10;
  try {
    await inWorld(name, logs, test, (what, value) => notes.push([what, value]));
    return { name, passed: true, seconds: seconds(), notes };
  } catch (error) {
    return { name, passed: false, seconds: seconds(), notes, error };
  }
};

import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const parts = {
  unit: ['packages/*/src/**/*.test.ts'],
  /** Several parts, or programs, that take seconds. */
  integration: ['test/{contracts,golden,integration}/**/*.test.ts'],
  /** Guests, servers behind sshd, firmware: real machines as far as a minute goes. */
  machines: ['test/machines/**/*.test.ts'],
};

/** All tests but those end to end, which have a runner of their own. */
export default defineConfig({
  test: {
    // Ends what hangs, also on a machine that is busy with other things; it measures nothing.
    testTimeout: 60_000,
    setupFiles: ['test/support/patience.ts'],
    // Most wait for programs: as many workers as cores would leave the cores idle.
    maxWorkers: 2 * availableParallelism(),
    projects: Object.entries(parts).map(([name, include]) => ({
      extends: true,
      // Starting a worker for each file takes longer than most unit tests.
      test: { name, include, isolate: name !== 'unit' },
    })),
  },
});

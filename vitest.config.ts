import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Unit, contract and integration tests; the end-to-end tests on machines have a runner of their own. */
export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'test/{contracts,golden,integration}/**/*.test.ts'],
    // Ends what hangs, also on a machine that is busy with other things; it measures nothing.
    testTimeout: 60_000,
    // Many tests wait for programs: one worker fewer than cores would leave a core idle.
    maxWorkers: availableParallelism(),
  },
});

/** Set up in every test: what is waited for has a second by default, too little on a busy machine. */
import { vi } from 'vitest';

const { waitFor } = vi;

vi.waitFor = (check, options) =>
  waitFor(check, {
    timeout: 30_000,
    ...(typeof options === 'number' ? { timeout: options } : options),
  });

import { expect, test } from 'vitest';
import { run } from './exec.ts';

test('output, input, and no shell in between', async () => {
  expect(await run('echo', ['$HOME', '; ls'])).toBe('$HOME ; ls\n');
  expect(await run('cat', [], { input: 'x\ny' })).toBe('x\ny');
});

test('failures carry the last words, not the arguments', async () => {
  const failed = run('sh', ['-c', 'echo broken >&2; exit 3', 'secret']);
  await expect(failed).rejects.toMatchObject({
    code: 'program-failed',
    message: 'sh ended with code 3: broken',
  });
  await expect(run('not-there', [])).rejects.toMatchObject({ code: 'program-missing' });
  await expect(run('sleep', ['9'], { timeout: 0.05 })).rejects.toThrow('took too long');
});

test('an abort is thrown as it was', async () => {
  const stop = new AbortController();
  const sleeping = run('sleep', ['9'], { signal: stop.signal });
  setTimeout(() => stop.abort(new Error('cancelled')), 20);
  await expect(sleeping).rejects.toThrow('cancelled');
});

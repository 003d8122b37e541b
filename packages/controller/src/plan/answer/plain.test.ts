import { expect, test } from 'vitest';
import { kernelOptions } from './plain.ts';

test('kernel arguments in their order, one of them several times, without what was taken away', () => {
  const options = { console: ['tty0', 'ttyS0,115200'], quiet: '', splash: null, root: 'UUID=1' };
  expect(kernelOptions(options)).toBe('console=tty0 console=ttyS0,115200 quiet root=UUID=1');
  expect(kernelOptions({ console: ['', 'tty0'] })).toBe('console console=tty0');
  expect(kernelOptions(undefined)).toBe('');
});

import { expect, test } from 'vitest';
import { didYouMean, nearest } from './nearest.ts';

const fields = ['kernel', 'kernelOptions', 'initrd', 'arch', 'answerFile', 'sha256', 'vars'];

test.each([
  ['kernal', 'kernel'],
  ['kenrel', 'kernel'],
  ['KernelOptions', 'kernelOptions'],
  ['kernel_options', 'kernelOptions'],
  ['intird', 'initrd'],
  ['arhc', 'arch'],
  ['sha', 'sha256'],
  ['answer', 'answerFile'],
  ['var', 'vars'],
  ['x', undefined],
  ['banana', undefined],
  ['', undefined],
])('%s → %s', (word, meant) => {
  expect(nearest(word, fields)).toBe(meant);
});

test('as a remedy', () => {
  expect(didYouMean('kernal', fields)).toBe('did you mean "kernel"?');
  expect(didYouMean('banana', fields)).toBeUndefined();
});

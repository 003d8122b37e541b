import { expect, test } from 'vitest';
import { checkCommandLine, kernelWords } from './command-line.ts';

test('words are split as the kernel splits them', () => {
  expect(kernelWords('root=/dev/vda1  quiet dyndbg="file x +p" "a b"=c')).toEqual([
    'root=/dev/vda1',
    'quiet',
    'dyndbg=file x +p',
    'a b=c',
  ]);
  expect(kernelWords('')).toEqual([]);
});

test('what no kernel would get is refused', () => {
  expect(() => checkCommandLine('a\nb')).toThrow('printable ASCII');
  expect(() => checkCommandLine('name="x')).toThrow('double quote');
  expect(() => checkCommandLine('x'.repeat(2048))).toThrow('longer than 2047');
});

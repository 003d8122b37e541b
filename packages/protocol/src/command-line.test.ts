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
  checkCommandLine('x'.repeat(2047));
  expect(() => checkCommandLine('a\nb')).toThrow('printable ASCII');
  expect(() => checkCommandLine('name="x')).toThrow('double quote');
  expect(() => checkCommandLine('x'.repeat(2048))).toThrow('has 2048 characters, more than 2047');
});

test('what only some of those who start a kernel hand on', () => {
  const refused = (line: string) =>
    (['kernel', 'efi', 'grub', 'bls'] as const).filter((starter) => {
      try {
        checkCommandLine(line, starter);
        return false;
      } catch {
        return true;
      }
    });
  expect(refused('quiet ip=[2001:db8::1]::[fe80::1]:64:web1:boot0:none')).toEqual([]);
  expect(refused('a="b c"')).toEqual(['bls']);
  expect(refused("a='b'")).toEqual(['grub', 'bls']);
  expect(refused('a=$b')).toEqual(['bls']);
  expect(refused('x'.repeat(2000))).toEqual(['efi', 'grub', 'bls']);
});

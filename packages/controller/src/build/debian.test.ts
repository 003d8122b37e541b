import { expect, test } from 'vitest';
import { chooseMirror, debianMirror } from './debian.ts';
import { requireTools, runTool } from './tools.ts';

test('the archive that apt uses, without security updates and other publishers', () => {
  const uris = [
    'https://packages.example.org/node/',
    'http://deb.example.org/debian-security/',
    'http://deb.example.org/debian/',
    'http://other.example.org/debian/',
  ];
  expect(chooseMirror(uris)).toBe('http://deb.example.org/debian');
});

test('a setting wins, its trailing slash goes', async () => {
  expect(await debianMirror('http://mirror.example.org/d/')).toBe('http://mirror.example.org/d');
});

test('all missing tools are named at once, with one command as remedy', async () => {
  const tools = [
    { command: 'sh', package: 'dash' },
    { command: 'no-such-tool', package: 'second' },
    { command: '/no/such/file', package: 'first' },
  ];
  await expect(requireTools(tools)).rejects.toMatchObject({
    code: 'build-tool-missing',
    message: 'not installed on this host: no-such-tool, /no/such/file',
    remedy: 'apt-get install --no-install-recommends first second',
  });
});

test('a tool that fails is told with its last words', async () => {
  const failure = runTool('sh', ['-c', 'echo working; echo no space >&2; exit 3']);
  await expect(failure).rejects.toMatchObject({
    code: 'build-failed',
    message: 'sh: ended with code 3\nno space',
  });
});

test('every line is shown while it runs; an abort is the signal’s own reason', async () => {
  const lines: string[] = [];
  expect(await runTool('printf', ['a\\nb\\n'], { onLine: (line) => lines.push(line) })).toBe(
    'a\nb',
  );
  expect(lines).toEqual(['a', 'b']);
  const signal = AbortSignal.timeout(50);
  await expect(runTool('sleep', ['60'], { signal })).rejects.toMatchObject({
    name: 'TimeoutError',
  });
});

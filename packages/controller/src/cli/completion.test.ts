import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { runCli } from './testing.ts';

/** What bash would offer for the last of the words. */
const offered = async (...words: string[]): Promise<string[]> => {
  const { out: script } = await runCli(['completion', 'bash']);
  const line = words.map((word) => `'${word}'`).join(' ');
  const use = `COMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _resole; echo "\${COMPREPLY[*]}"`;
  const { stdout } = await promisify(execFile)('bash', ['-c', `${script}\n${use}`]);
  return stdout.trim().split(' ');
};

test('bash completes commands, their commands, and their flags', async () => {
  expect(await offered('resole', 'pro')).toEqual(['profile']);
  expect(await offered('resole', '--output', 'json', 'tok')).toEqual(['token']);
  expect(await offered('resole', 'profile', 're')).toEqual(['rename', 'remove']);
  expect(await offered('resole', 'sni')).toEqual(['snippet']);
  expect(await offered('resole', 'repo', 'add', 'x', '--loc')).toEqual([
    '--location',
    '--location-kind',
  ]);
  expect(await offered('resole', 'apply', '--pr')).toEqual(['--prune']);
  expect(await offered('resole', 'distro', 'build', 'debian')).toEqual(['debian-installer']);
  expect(await offered('resole', 'distro', 'add', 'x', '--ker')).toEqual([
    '--kernel',
    '--kernel-option',
    '--kernel-option-post',
  ]);
  expect(await offered('resole', 'agent', 'list', '--ou')).toEqual(['--output']);
});

test('fish and zsh have scripts too', async () => {
  const fish = await runCli(['completion', 'fish']);
  expect(fish.out).toContain('complete -c resole -n "__resole_path profile add" -l parent');
  const zsh = await runCli(['completion', 'zsh']);
  expect(zsh.out).toContain('bashcompinit');
});

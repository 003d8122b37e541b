/** What installers and their real checkers make of answer files, for tests. */
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect } from 'vitest';

/** Calls `use` with a folder that is gone afterwards. */
export const inFolder = async <T>(use: (folder: string) => Promise<T>): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), 'resole-answers-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** A script is one for each of the shells. */
export const expectShell = async (shells: readonly string[], script: string): Promise<void> => {
  for (const shell of shells) {
    const [program = shell, ...args] = shell.split(' ');
    const { stderr } = await execa(program, [...args, '-n'], { input: script });
    expect(stderr, shell).toBe('');
  }
};

/**
 * The questions and values of a preseed file as debian-installer's own debconf-set-selections reads
 * it: comments and empty lines are dropped, lines that end in a backslash are joined by one space.
 */
export const preseeded = (text: string): Map<string, string> => {
  const values = new Map<string, string>();
  let joined = '';
  for (const line of text.split('\n')) {
    if (/^#|^\s*$/.test(line)) continue;
    const part = line.trimStart();
    joined = joined === '' ? part : `${joined} ${part}`;
    if (/\s*\\$/.test(joined)) {
      joined = joined.replace(/\s*\\$/, '');
      continue;
    }
    const [, owner, question, value = ''] = /^(\S+)\s+(\S+)\s+\S+(?:\s+(.*))?$/.exec(joined) ?? [];
    expect(['d-i', 'tasksel', 'popularity-contest'], joined).toContain(owner);
    values.set(String(question), value);
    joined = '';
  }
  expect(joined).toBe('');
  return values;
};

/** The file that the first command of a preseed writes, by a shell. */
export const written = async (command: string): Promise<string> =>
  await inFolder(async (folder) => {
    const file = join(folder, 'script');
    const [writing] = command.split('; umask 022; ');
    await execa('busybox', ['sh', '-c', String(writing).replace('/tmp/resole.sh', file)]);
    return await readFile(file, 'utf8');
  });

/** Debian's and cloud-init's own checkers. */
export const expectPreseed = async (text: string): Promise<void> => {
  const { stderr } = await execa('debconf-set-selections', ['--checkonly'], { input: text });
  expect(stderr).toBe('');
};

export const expectCloudConfig = async (text: string): Promise<void> => {
  await inFolder(async (folder) => {
    const file = join(folder, 'user-data');
    await writeFile(file, text);
    const { stdout } = await execa('cloud-init', ['schema', '--config-file', file], { all: true });
    expect(stdout).toContain('Valid cloud-config');
  });
};

/** netplan makes files for systemd-networkd of it. @returns their names */
export const netplanned = async (network: object): Promise<string[]> =>
  await inFolder(async (root) => {
    const folder = join(root, 'etc/netplan');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, '50-resole.yaml'), JSON.stringify({ network }));
    await chmod(join(folder, '50-resole.yaml'), 0o600);
    const { stderr } = await execa('netplan', ['generate', '--root-dir', root]);
    expect(stderr).toBe('');
    return (await readdir(join(root, 'run/systemd/network'))).sort();
  });

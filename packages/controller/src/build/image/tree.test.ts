import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { entriesOf, filesBelow } from './tree.ts';

test('a file comes with its folders and with what it links to, once', async () => {
  const root = await mkdtemp(join(tmpdir(), 'resole-tree-'));
  try {
    await mkdir(join(root, 'usr/lib/x86'), { recursive: true });
    await mkdir(join(root, 'usr/bin'));
    await writeFile(join(root, 'usr/lib/x86/libz.so.1.2'), 'z');
    await symlink('libz.so.1.2', join(root, 'usr/lib/x86/libz.so.1'));
    await writeFile(join(root, 'usr/bin/kmod'), 'k', { mode: 0o755 });
    await symlink('/bin/kmod', join(root, 'usr/bin/modprobe'));
    expect(await filesBelow(join(root, 'usr/lib'))).toEqual(['x86/libz.so.1', 'x86/libz.so.1.2']);

    const entries: string[] = [];
    const wanted = ['/lib/x86/libz.so.1', '/usr/bin/modprobe', '/bin/kmod'];
    for await (const entry of entriesOf(root, wanted)) {
      const more = entry.type === 'link' ? entry.target : 'executable' in entry && entry.executable;
      entries.push(`${entry.type} ${entry.path} ${more}`);
    }
    expect(entries).toEqual([
      'folder usr false',
      'folder usr/lib false',
      'folder usr/lib/x86 false',
      'link usr/lib/x86/libz.so.1 libz.so.1.2',
      'file usr/lib/x86/libz.so.1.2 false',
      'folder usr/bin false',
      'link usr/bin/modprobe /bin/kmod',
      'file usr/bin/kmod true',
    ]);
    await expect(entriesOf(root, ['/absent']).next()).rejects.toMatchObject({
      code: 'build-failed',
      message: "the installer's packages have no /absent",
    });
  } finally {
    await rm(root, { recursive: true });
  }
});

import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { execa } from 'execa';

/**
 * Runs `work` while holding a lock that only one process has at a time. The kernel's lock is held
 * by a child that ends with its standard input: a holder that dies, however, gives it up.
 */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  const holder = execa('flock', [file, 'sh', '-c', 'echo locked; exec cat'], { reject: false });
  try {
    const first = await Promise.race([
      new Promise<string>((resolve) => {
        holder.stdout.once('data', (data: Buffer) => resolve(data.toString()));
      }),
      holder.then(({ stderr }) => `${stderr}`),
    ]);
    if (!first.startsWith('locked')) throw new Error(`cannot lock ${file}: ${first}`);
    return await work();
  } finally {
    holder.stdin.end();
    await holder;
  }
}

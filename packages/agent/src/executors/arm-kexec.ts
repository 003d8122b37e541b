/** Step arm-kexec: the installer's kernel is loaded beside the running one. */
import { checkCommandLine, ResoleError } from '@resole/protocol';
import type { Run } from '../exec.ts';
import { readIfThere } from '../files/durable.ts';
import type { Executor, UndoContext } from '../ports.ts';
import { at, fetched, readNote, writeNote } from './places.ts';
import { requireSigned } from './signed.ts';

export const armKexec: Executor<'arm-kexec'> = {
  async execute({ commandLine, secureBoot }, context) {
    checkCommandLine(commandLine);
    const kernel = await fetched(context, 'kernel');
    const initrd = await fetched(context, 'initrd');
    await requireSigned(kernel, secureBoot);
    await writeNote(context, 'arm-kexec', {});
    const load = ['-l', kernel, `--initrd=${initrd}`, `--command-line=${commandLine}`];
    await firstThatWorks(context.run, waysToLoad(secureBoot), load, context.signal).catch(
      (error) => {
        throw secureBoot ? untrusted(error) : error;
      },
    );
    if (!(await isLoaded(context))) {
      throw new ResoleError('kexec-failed', 'kexec said nothing, but no kernel is loaded');
    }
    return 'kernel loaded by kexec';
  },

  async undo(context) {
    if ((await readNote(context, 'arm-kexec')) === undefined) return;
    // After a reboot nothing is loaded any more.
    if (await isLoaded(context)) await unload(context.run);
  },
};

/**
 * kexec(8): `-s` is kexec_file_load, where the kernel itself checks signatures; `-c` is the older
 * kexec_load, which kernels under lockdown refuse; before 2.0.17 it was the default and had no name.
 */
const waysToLoad = (secureBoot: boolean): string[][] =>
  secureBoot ? [['-s']] : [['-s'], ['-c'], []];

/** Says what to do where the running kernel has no key for the signature: shim has none either. */
function untrusted(error: unknown): unknown {
  if (!(error instanceof ResoleError) || error.code !== 'kexec-failed') return error;
  return new ResoleError('kexec-failed', error.message, {
    remedy: "use an installer of the machine's own distribution, or turn Secure Boot off",
    cause: error,
  });
}

/** Whether a kernel waits for kexec, ours or another's. */
export async function isLoaded(context: Pick<UndoContext, 'root'>): Promise<boolean> {
  const loaded = await readIfThere(at(context, '/sys/kernel/kexec_loaded'));
  return loaded?.toString('utf8').trim() === '1';
}

/** Frees a loaded kernel. */
export const unload = (run: Run): Promise<void> => firstThatWorks(run, [['-s'], []], ['-u']);

async function firstThatWorks(
  run: Run,
  ways: string[][],
  args: string[],
  signal?: AbortSignal,
): Promise<void> {
  const said: string[] = [];
  for (const way of ways) {
    try {
      await run('kexec', [...way, ...args], signal ? { signal } : {});
      return;
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof ResoleError)) throw error;
      if (error.code === 'program-missing') {
        throw new ResoleError('kexec-missing', error.message, { remedy: 'install kexec-tools' });
      }
      said.push(error.message);
    }
  }
  throw new ResoleError('kexec-failed', said.join(' / '), {
    remedy: 'use --method boot-once',
  });
}

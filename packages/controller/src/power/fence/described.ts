/** What installed fence agents say of themselves, asked once: it is the same as long as the package is. */
import { ResoleError } from '@resole/protocol';
import type { PowerIo } from '../driver.ts';
import { runProgram } from '../program.ts';
import { type FenceMetadata, parseMetadata } from './metadata.ts';

/** It asks no device. */
const TIMEOUT_SECONDS = 30;

const known = new Map<string, Promise<FenceMetadata>>();

/** Goes on when a caller is cut off, since others may wait for it too. */
const ask = async (program: string): Promise<FenceMetadata> => {
  const io = { signal: new AbortController().signal };
  const { stdout, timedOut } = await runProgram(program, ['-o', 'metadata'], io, {
    timeoutSeconds: TIMEOUT_SECONDS,
    package: 'fence-agents',
  });
  try {
    return parseMetadata(stdout);
  } catch (cause) {
    const problem = timedOut ? `in ${TIMEOUT_SECONDS} s` : 'as fence agents do (-o metadata)';
    throw new ResoleError('power-failed', `${program} does not describe itself ${problem}`, {
      remedy: `run \`${program} -o metadata\` on the controller`,
      cause,
    });
  }
};

/** @throws ResoleError `program-missing`, `power-failed`; the signal's reason. */
export const described = async (program: string, { signal }: PowerIo): Promise<FenceMetadata> => {
  signal.throwIfAborted();
  let asked = known.get(program);
  if (asked === undefined) {
    asked = ask(program);
    known.set(program, asked);
    asked.catch(() => known.delete(program));
  }
  const { promise: cut, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([asked, cut]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
};

/** Step update-agent: another version in the place of this executable, and back if it fails. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { link, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { ResoleError, type StepArguments } from '@resole/protocol';
import { z } from 'zod';
import { download } from '../../download/download.ts';
import { makeFolder, syncFolder } from '../../files/durable.ts';
import type { Executor, StepContext } from '../../ports.ts';
import { at, exists, readNote, writeNote } from '../places.ts';
import { startWatchdog, stopWatchdog, unitOf } from './watchdog.ts';

type Arguments = StepArguments<'update-agent'>;

/** `swapping` is written before the first change that the running version can't see any more. */
const Note = z.object({ phase: z.enum(['fetching', 'swapping']), path: z.string() });

const besides = (path: string) => ({ fresh: `${path}.new`, old: `${path}.old` });

export const updateAgent: Executor<'update-agent'> = {
  async execute(args, context) {
    const note = Note.safeParse(await readNote(context, 'update-agent'));
    if (context.program.version === args.version)
      return note.success ? settle(args, context) : 'nothing to do';
    if (note.success && note.data.phase === 'swapping')
      return resumeSwap(args, note.data.path, context);
    const path = await ownPath(context);
    await writeNote(context, 'update-agent', { phase: 'fetching', path });
    await fetchExecutable(args, path, context);
    await writeNote(context, 'update-agent', { phase: 'swapping', path });
    await swap(args, path, context);
    return restart(context);
  },

  async undo(context) {
    const note = Note.safeParse(await readNote(context, 'update-agent'));
    if (!note.success) return;
    const { fresh, old } = besides(note.data.path);
    await stopWatchdog(context);
    if (await exists(old)) await rename(old, note.data.path);
    await rm(fresh, { force: true });
  },
};

/** The executable that is running. @throws ResoleError `update-unsupported` */
const ownPath = async (context: StepContext): Promise<string> => {
  const { path } = context.program;
  const systemd = await exists(at(context, '/run/systemd/system'));
  if (path !== undefined && systemd && (await unitOf(context)) !== undefined) return path;
  throw new ResoleError(
    'update-unsupported',
    'only the packaged executable that runs as a unit of systemd replaces itself',
    { remedy: 'install the new version as it was installed before' },
  );
};

const fetchExecutable = async (args: Arguments, path: string, context: StepContext) => {
  const { clock, signal, log, folders } = context;
  const packed = join(folders.staging, 'resole-agent.gz');
  await makeFolder(folders.staging);
  await download(
    { url: args.url, path: packed, ...args.packed },
    {
      clock,
      signal,
      log: (message) => log('warn', message),
      progress: (bytes) =>
        context.progress({ phase: 'download', percent: (100 * bytes) / args.packed.size }),
      ...(context.caPem === undefined ? {} : { caPem: context.caPem }),
    },
  );
  const { fresh } = besides(path);
  await pipeline(
    createReadStream(packed),
    createGunzip(),
    createWriteStream(fresh, { mode: 0o755 }),
  );
  const hash = createHash('sha256');
  await pipeline(createReadStream(fresh), hash);
  if (hash.digest('hex') !== args.sha256) {
    await rm(fresh);
    throw new ResoleError('checksum-mismatch', 'the new agent is not the one that was planned');
  }
  const file = await open(fresh, 'r');
  await file.sync().finally(() => file.close());
};

/** The old one stays beside; a unit of its own brings it back unless it is told not to, also after a power cut. */
const swap = async ({ deadlineSeconds }: Arguments, path: string, context: StepContext) => {
  const { fresh, old } = besides(path);
  await rm(old, { force: true });
  await link(path, old);
  await syncFolder(dirname(path));
  await startWatchdog({ path, old, deadlineSeconds }, context);
  await rename(fresh, path);
  await syncFolder(dirname(path));
};

/** The running version is not the wanted one although the swap had begun: it was cut off, or undone. */
const resumeSwap = async (args: Arguments, path: string, context: StepContext) => {
  const { fresh, old } = besides(path);
  if (await exists(fresh)) {
    await swap(args, path, context);
    return restart(context);
  }
  if (await exists(old)) return restart(context);
  throw new ResoleError(
    'update-rolled-back',
    `version ${args.version} did not connect within ${args.deadlineSeconds} s: the old one is back`,
    { remedy: 'see `journalctl -u resole-agent` on the machine for what the new one said' },
  );
};

/** Asks for the end of this process; the service manager starts what now has its name. */
const restart = async ({ restart: ask, clock, signal }: StepContext) => {
  ask();
  await clock.sleep(60_000, signal);
  throw new ResoleError('program-failed', 'the agent was not restarted');
};

/** The new version says that it works: it has a session with its controller. */
const settle = async (args: Arguments, context: StepContext): Promise<string> => {
  const { clock, signal, online, program } = context;
  while (!online()) await clock.sleep(500, signal);
  await stopWatchdog(context);
  if (program.path !== undefined) await rm(besides(program.path).old, { force: true });
  return `now version ${args.version}`;
};

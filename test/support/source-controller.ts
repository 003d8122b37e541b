/** A real controller run from the sources, and the CLI in this very process: no bundle is needed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { type Ran, runCli } from '../../packages/controller/src/cli/testing.ts';
import { repository } from './cache.ts';
import { freePort } from './ports.ts';

/** Runs a source file below `packages`; it ends with this process. */
export const runSource = (file: string, args: readonly string[], logFile: string): ChildProcess => {
  const log = openSync(logFile, 'a');
  const command = [process.execPath, join(repository, 'packages', file), ...args];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...command], {
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  return child;
};

export const endProcess = async (
  child: ChildProcess,
  signal: NodeJS.Signals = 'SIGTERM',
): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
};

/** Looks again and again, for the machine may be busy. @throws where it takes too long */
export const until = async <T>(
  what: string,
  seconds: number,
  look: () => Promise<T | undefined>,
): Promise<T> => {
  const limit = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > limit) throw new Error(`${what}: not in ${seconds} s`);
    await sleep(400);
  }
};

export interface SourceController {
  /** Of the API. */
  url: string;
  /** Where firmware and installers ask. */
  provisionUrl: string;
  /** Runs the CLI. @returns its JSON. @throws where it fails */
  cli<Reply = unknown>(words: readonly string[], input?: string): Promise<Reply>;
  tryCli(words: readonly string[], input?: string): Promise<Ran>;
  stop(): Promise<void>;
}

/**
 * On loopback, with an agent to offer that runs from the sources too.
 * @param address by which machines reach this one
 * @param agentPrelude lines of sh that the agent begins with
 * @param agentPadding bytes that make it long
 */
export const startSourceController = async (
  folder: string,
  { address = '127.0.0.1', agentPrelude = '', agentPadding = 0 } = {},
): Promise<SourceController> => {
  const [api, provision] = [await freePort(), await freePort()];
  const [dataDir, agentDir] = [join(folder, 'data'), join(folder, 'agents')];
  await offerAgent(agentDir, agentPrelude, agentPadding);
  const url = `https://127.0.0.1:${api}`;
  const provisionUrl = `http://${address}:${provision}`;
  const child = runSource(
    'controller/src/main.ts',
    [
      ...['serve', '--data-dir', dataDir, '--agent-dir', agentDir],
      ...['--api-port', String(api), '--api-url', url],
      ...['--provision-port', String(provision)],
      ...['--provision-url', provisionUrl],
    ],
    join(folder, 'controller.log'),
  );
  const tryCli: SourceController['tryCli'] = (words, input) =>
    runCli(
      [...words, '--data-dir', dataDir, '--output', 'json'],
      input === undefined ? {} : { input },
    );
  const cli: SourceController['cli'] = async (words, input) => {
    const { code, out, err } = await tryCli(words, input);
    if (code !== 0) throw new Error(`resole ${words.join(' ')}: ${err}`);
    return JSON.parse(out);
  };
  await until('the controller', 60, () => cli(['distro', 'list']).catch(() => undefined));
  return { url, provisionUrl, cli, tryCli, stop: () => endProcess(child) };
};

/** In place of the packaged executable: a script that runs the agent's sources. */
const offerAgent = async (folder: string, prelude: string, padding: number): Promise<void> => {
  await mkdir(folder, { recursive: true });
  const main = join(repository, 'packages/agent/src/main.ts');
  const noise = padding === 0 ? '' : `# ${randomBytes(padding).toString('latin1')}`;
  const lines = `#!/bin/sh\n${prelude}exec '${process.execPath}' '${main}' "$@"\n`;
  const script = Buffer.from(lines + noise, 'latin1');
  const sha256 = createHash('sha256').update(script).digest('hex');
  const manifest = { version: '0.0.0', files: { x86_64: { size: script.length, sha256 } } };
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  await writeFile(join(folder, 'resole-agent.service'), '[Service]\nExecStart=resole-agent\n');
  await writeFile(join(folder, 'resole-agent-x86_64.gz'), gzipSync(script));
};

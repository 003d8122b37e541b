/** What people want to know of an executable: measured here, not promised. */
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';

const megabytes = async (path: string) => `${((await stat(path)).size / 1e6).toFixed(1)} MB`;

/** One line for a file that is only stored. */
export async function reportFile(path: string): Promise<void> {
  console.log(`${basename(path).padEnd(36)} ${await megabytes(path)}`);
}

/** An executable of this architecture: size, start, memory. */
export async function reportExecutable(path: string): Promise<void> {
  const times: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const began = performance.now();
    await execa(path, ['--version']);
    times.push(performance.now() - began);
  }
  const start = times.sort((a, b) => a - b)[2] ?? 0;
  await reportFile(path);
  console.log(`  as .zst          ${await megabytes(`${path}.zst`)}`);
  console.log(`  as .gz           ${await megabytes(`${path}.gz`)}`);
  console.log(`  start            ${start.toFixed(0)} ms (--version, median of 5)`);
  console.log(`  memory at rest   ${await restingMemory(path)} MB (RSS)`);
}

/** Resident memory of a service that waits for its controller, MB. */
async function restingMemory(executable: string): Promise<string> {
  const state = await mkdtemp(join(tmpdir(), 'resole-agent-'));
  const service = execa(executable, ['--config', '/dev/null', '--state-dir', state, 'run'], {
    reject: false,
    stderr: 'ignore',
  });
  await sleep(3000);
  const status = await readFile(`/proc/${service.pid}/status`, 'utf8');
  service.kill();
  await service;
  await rm(state, { recursive: true, force: true });
  return (Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024).toFixed(0);
}

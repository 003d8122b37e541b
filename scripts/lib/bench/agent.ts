import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { agentFolder } from '../../../test/support/artefacts.ts';
import { repository } from '../../../test/support/cache.ts';
import { ControllerProcess } from '../../../test/support/controller.ts';
import { timed } from '../timed.ts';
import { restAsProcess, restAsService } from './agent/rest.ts';
import { median, type Row, reported } from './row.ts';

const MB = 1e6;

/** Highest resident memory of one run, bytes, as the kernel counted it. */
const peakOf = async (program: string, args: readonly string[]): Promise<number> => {
  const script =
    'import os,resource,subprocess,sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)';
  const { stdout } = await execa('python3', ['-c', script, program, ...args]);
  return Number(stdout) * 1024;
};

/** The agent as machines get it. */
export const benchAgent = async (rounds: number): Promise<Row[]> => {
  await execa('scripts/package-agent', ['--quick'], { cwd: repository });
  const program = join(agentFolder, 'resole-agent-x86_64');
  const state = await mkdtemp(join(tmpdir(), 'resole-bench-'));
  try {
    const starts: number[] = [];
    for (let run = 0; run < rounds; run += 1) {
      starts.push((await timed(() => execa(program, ['--version']))).seconds * 1000);
    }
    const sizes = await Promise.all(['', '.gz', '.zst'].map((end) => stat(`${program}${end}`)));
    const [plain, gzip, zstd] = sizes.map(({ size }) => size / MB);
    const bench = 'agent';
    const controller = await ControllerProcess.start({
      dataDir: join(state, 'controller'),
      agentDir: agentFolder,
      logFile: join(state, 'controller.log'),
    });
    const [rest, service] = await Promise.all([
      restAsProcess(controller, program, join(state, 'agent')),
      restAsService(controller),
    ]).finally(() => controller.stop());
    return [
      reported({ bench, what: 'executable', unit: 'MB' }, plain ?? 0),
      reported({ bench, what: 'executable, gzip', unit: 'MB' }, gzip ?? 0),
      reported({ bench, what: 'executable, zstd', unit: 'MB' }, zstd ?? 0),
      reported({ bench, what: 'start (--version)', unit: 'ms' }, median(starts)),
      reported(
        { bench, what: 'peak memory of --version', unit: 'MB' },
        (await peakOf(program, ['--version'])) / MB,
      ),
      reported({ bench, what: 'at rest as a service, RSS', unit: 'MB' }, service / MB, 60),
      reported({ bench, what: 'at rest as a mere process, RSS', unit: 'MB' }, rest.rss / MB),
      reported({ bench, what: 'at rest, processor', unit: '%' }, rest.cpu, 0.1),
      // A heartbeat every 20 s: the controller's ping, the answer, a timer that is put off.
      reported({ bench, what: 'at rest, wake-ups', unit: '/min' }, rest.wakeUps, 12),
    ];
  } finally {
    await rm(state, { recursive: true });
  }
};

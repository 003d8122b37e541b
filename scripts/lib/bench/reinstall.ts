import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobView } from '@resole/protocol';
import { execa } from 'execa';
import { agentFolder, type BuiltDistro, builtDistro } from '../../../test/support/artefacts.ts';
import { repository } from '../../../test/support/cache.ts';
import { ControllerProcess } from '../../../test/support/controller.ts';
import { addProfile } from '../../../test/support/inventory.ts';
import { waitForState } from '../../../test/support/job.ts';
import { oldOs, oldOsUp } from '../../../test/support/old-os.ts';
import { type Server, startServer, waitForAgent } from '../../../test/support/server.ts';
import { openSession, tryRun, waitForSsh } from '../../../test/support/ssh.ts';
import { guestNetwork } from '../../../test/support/vm.ts';
import { type Parts, partsOf } from './reinstall/parts.ts';
import { compared, median, type Row, reported } from './row.ts';

const PROFILE = 'archive';

/** Printed by every kernel when it starts, since the console is on its command line. */
const kernelRuns = /Linux version/;

/** What an operator types who has no Resole: download, load, shut down into it. */
const byHand = (base: string, commandLine: string): string => `
curl -sf -o /root/kernel ${base}/kernel
curl -sf -o /root/initrd ${base}/initrd
kexec -l /root/kernel --initrd=/root/initrd --command-line='${commandLine}'
systemctl kexec
`;

/** Serves the distro's kernel and initrd, with nothing else in the way. */
const serveFiles = async (distro: BuiltDistro): Promise<HttpServer> => {
  const server = createServer(async (request, response) => {
    const path = request.url === '/kernel' ? distro.kernel?.path : distro.initrd?.path;
    if (path === undefined) throw new Error('the distro boots no kernel');
    response.setHeader('content-length', (await stat(path)).size);
    createReadStream(path).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
};

/** After its start a server has things of its own to do, which would be measured instead. */
const SETTLE_MS = 10_000;

const settled = async ({ guest }: Server): Promise<void> => {
  // Its exit code says that something is degraded; waiting is all that is wanted here.
  await tryRun(guest, ['systemctl', 'is-system-running', '--wait']);
  await sleep(SETTLE_MS);
};

/** Seconds from `go` to the next kernel's first line; then the old OS is brought back. */
const measure = async (
  controller: ControllerProcess,
  server: Server,
  go: () => Promise<unknown>,
): Promise<number> => {
  const { serial } = server.vm;
  await settled(server);
  const from = serial.mark();
  const start = performance.now();
  const going = go();
  await serial.waitFor(kernelRuns, { timeoutSeconds: 240, from });
  const seconds = (performance.now() - start) / 1000;
  await going;
  const mark = serial.mark();
  await server.vm.reset();
  await serial.waitFor(oldOsUp, { timeoutSeconds: 240, from: mark });
  await waitForSsh(server.guest, 120);
  await waitForAgent(controller, server.name);
  return seconds;
};

const ours = async (
  controller: ControllerProcess,
  server: Server,
): Promise<{ seconds: number; parts: Parts }> => {
  let job: JobView | undefined;
  let began = 0;
  const seconds = await measure(controller, server, async () => {
    began = Date.now();
    const args = ['reinstall', server.name, '--profile', PROFILE, '--method', 'kexec', '--yes'];
    job = await controller.cli<JobView>(args);
  });
  if (job === undefined) throw new Error('there is no job');
  const { events } = await waitForState(controller, job.id, ['rolled-back'], 120);
  return { seconds, parts: partsOf(events, began, seconds) };
};

const baseline = async (
  controller: ControllerProcess,
  server: Server,
  files: HttpServer,
): Promise<number> => {
  const { port } = files.address() as AddressInfo;
  const script = byHand(`http://${guestNetwork.host}:${port}`, 'console=ttyS0');
  // The way in is open before the clock starts: logging in is no part of it.
  const session = await openSession(server.guest);
  const seconds = await measure(controller, server, async () => session.send(script));
  session.close();
  return seconds;
};

/** From the command to the installer's kernel, against the same by hand; turn by turn. */
export const benchReinstall = async (rounds: number): Promise<Row[]> => {
  await execa(join(repository, 'node_modules/.bin/node'), ['scripts/lib/bundle.ts'], {
    cwd: repository,
  });
  await execa('scripts/package-agent', ['--quick'], { cwd: repository });
  const old = await oldOs();
  const distro = await builtDistro('archive');
  const dataDir = await mkdtemp(join(tmpdir(), 'resole-bench-'));
  const logFile = join(dataDir, 'controller.log');
  const controller = await ControllerProcess.start({ dataDir, agentDir: agentFolder, logFile });
  const files = await serveFiles(distro);
  let server: Server | undefined;
  try {
    await addProfile(controller, old, PROFILE);
    server = await startServer(controller, old, { name: 'bench' });
    const pairs: { ours: number; baseline: number; parts: Parts }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const plain = await baseline(controller, server, files);
      const { seconds, parts } = await ours(controller, server);
      pairs.push({ baseline: plain, ours: seconds, parts });
    }
    const head = {
      bench: 'reinstall',
      what: "command to the installer's kernel",
      unit: 's',
    } as const;
    const parts = Object.keys(pairs[0]?.parts ?? {}).map((what) =>
      reported(
        { ...head, what: `of it ${what}` },
        median(pairs.map((pair) => pair.parts[what] ?? Number.NaN)),
      ),
    );
    return [compared(head, pairs, 1.2), ...parts];
  } finally {
    await server?.vm.stop();
    files.close();
    await controller.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
};

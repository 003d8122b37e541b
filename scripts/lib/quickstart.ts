/** `scripts/quickstart`: everything from nothing to a server that came back as another OS. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { installRequirements } from '../../test/support/apt.ts';
import { agentFolder } from '../../test/support/artefacts.ts';
import { cacheFolder, repository } from '../../test/support/cache.ts';
import { ControllerProcess } from '../../test/support/controller.ts';
import { addProfile } from '../../test/support/inventory.ts';
import { oldOs } from '../../test/support/old-os.ts';
import { type Server, startServer } from '../../test/support/server.ts';
import { run, waitForSsh } from '../../test/support/ssh.ts';
import { timed } from './timed.ts';

const help = `scripts/quickstart [--keep] [--stop]

Starts a controller and a virtual machine that plays the existing server, reinstalls it, and shows
every step. Needs root (or the packages that it names), takes some minutes the first time; what it
built is kept in .cache for the next run.

  --keep  leave controller and machine running, and say what to try next
  --stop  end what --keep left running
`;

const folder = join(cacheFolder, '../quickstart');
const stateFile = join(folder, 'running.json');
const SERVER = 'web1';
const PROFILE = 'archive';

const { values } = parseArgs({
  options: {
    keep: { type: 'boolean', default: false },
    stop: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

/** Runs one part, saying what it is and how long it took. */
const part = async <Result>(what: string, work: () => Promise<Result>): Promise<Result> => {
  console.log(`\n== ${what}`);
  const { result, seconds } = await timed(work);
  console.log(`   ${seconds} s`);
  return result;
};

const say = (line: string): void => console.log(`   ${line}`);

const prepare = async (): Promise<void> => {
  await installRequirements(say);
  await execa(join(repository, 'node_modules/.bin/node'), ['scripts/lib/bundle.ts'], {
    cwd: repository,
  });
  await execa('scripts/package-agent', ['--quick'], { cwd: repository });
};

const startController = async (): Promise<ControllerProcess> => {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  return ControllerProcess.start({
    dataDir: join(folder, 'controller'),
    agentDir: agentFolder,
    logFile: join(folder, 'controller.log'),
    outlive: values.keep,
  });
};

const show = async (controller: ControllerProcess, args: readonly string[]): Promise<void> => {
  console.log(`   $ ${controller.commandPrefix} ${args.join(' ')}`);
  const exitCode = await controller.show(args);
  if (exitCode !== 0) throw new Error(`resole ${args[0]} ended with ${exitCode}`);
};

const next = (controller: ControllerProcess, server: Server): string => `
Still running: the controller (${controller.guestUrl.replace('10.0.2.2', '127.0.0.1')}) and ${SERVER}. Try:

  ${controller.commandPrefix} system show ${SERVER} --resolved
  ${controller.commandPrefix} agent facts ${SERVER}
  ${controller.commandPrefix} template show image/answer-file.sh
  ${controller.commandPrefix} reboot ${SERVER} --watch --yes
  ${controller.commandPrefix} reinstall ${SERVER} --method boot-once --watch
  ssh -i ${server.guest.key} -p ${server.guest.port} root@127.0.0.1

End it: scripts/quickstart --stop
`;

const quickstart = async (interrupted: AbortSignal): Promise<void> => {
  const ends: (() => Promise<void>)[] = [];
  const endAll = async () => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  interrupted.addEventListener('abort', () => {
    console.log('\ncleaning up');
    void endAll().finally(() => process.exit(130));
  });
  const { seconds } = await timed(async () => {
    try {
      await part('Setting up: packages, the controller, the packaged agent', prepare);
      const old = await part('The existing server: a Debian made on the spot', () => oldOs(say));
      const controller = await part('The controller, on its embedded store', startController);
      ends.push(() => controller.stop());
      await part('What the server is to become: a distro and a profile', () =>
        addProfile(controller, old, PROFILE),
      );
      const server = await part(
        `${SERVER} boots its own bootloader and kernel; its agent enrols`,
        () =>
          startServer(controller, old, {
            name: SERVER,
            logFile: join(folder, `${SERVER}.log`),
            outlive: values.keep,
          }),
      );
      ends.push(() => server.vm.stop());
      await show(controller, ['agent', 'list']);
      await part('The plan', () =>
        show(controller, ['reinstall', SERVER, '--profile', PROFILE, '--dry-run']),
      );
      await part('The reinstall', () =>
        show(controller, ['reinstall', SERVER, '--profile', PROFILE, '--watch', '--yes']),
      );
      await part('The new OS', async () => {
        await waitForSsh(server.guest, 120);
        say(
          await run(server.guest, [
            'sh',
            '-c',
            '. /etc/os-release; echo "$PRETTY_NAME, up since $(uptime -s)"',
          ]),
        );
        await show(controller, ['agent', 'list']);
      });
      if (values.keep) {
        const pids = [controller.pid, server.vm.pid];
        await writeFile(stateFile, JSON.stringify({ pids }));
        console.log(next(controller, server));
        ends.length = 0;
      }
    } finally {
      await endAll();
    }
  });
  console.log(`\nDone in ${seconds} s.`);
};

/** Ends what an earlier `--keep` left, by its process ids. */
const stop = async (): Promise<void> => {
  const text = await readFile(stateFile, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  for (const pid of JSON.parse(text).pids as number[]) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    // A number may have gone to another process meanwhile.
    if (/resole|qemu/.test(command)) process.kill(pid, 'SIGTERM');
  }
  await rm(stateFile);
  console.log('what quickstart --keep had left running is ended');
};

if (values.help) {
  process.stdout.write(help);
} else {
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => interruption.abort());
  await stop();
  if (!values.stop) await quickstart(interruption.signal);
  // What goes on after --keep must not hold this process.
  process.exit();
}

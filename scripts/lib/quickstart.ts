/** `scripts/quickstart`: everything from nothing to a server that came back as another OS. */
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { installRequirements } from '../../test/support/apt.ts';
import { agentFolder } from '../../test/support/artefacts.ts';
import { cacheFolder, repository } from '../../test/support/cache.ts';
import { ControllerProcess } from '../../test/support/controller.ts';
import { addProfile } from '../../test/support/inventory.ts';
import { type OldOs, oldOs } from '../../test/support/old-os.ts';
import { type Server, startServer } from '../../test/support/server.ts';
import { run, waitForSsh } from '../../test/support/ssh.ts';
import type { Vm } from '../../test/support/vm.ts';
import { Ends } from './quickstart/ends.ts';
import { endLeftovers, note } from './quickstart/leftovers.ts';
import { quickstartRequirements } from './requirements.ts';
import { timed } from './timed.ts';

const help = `scripts/quickstart [--keep] [--stop]

Starts a controller and a virtual machine that plays the existing server, reinstalls it, and shows
every step. Needs root (or the packages that it names), takes some minutes the first time; what it
built is kept in .cache for the next run. What an earlier run has left running is ended first.

  --keep  leave controller and machine running, and say what to try next
  --stop  end what a run left running, with --keep or because it was killed
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

const interruption = new AbortController();
const ends = new Ends();

/** Runs one part, saying what it is and how long it took. None begins after an interruption. */
const part = async <Result>(what: string, work: () => Promise<Result>): Promise<Result> => {
  interruption.signal.throwIfAborted();
  console.log(`\n== ${what}`);
  const { result, seconds } = await timed(work);
  console.log(`   ${seconds} s`);
  return result;
};

const say = (line: string): void => console.log(`   ${line}`);

const prepare = async (): Promise<void> => {
  await installRequirements(say, quickstartRequirements);
  await execa(join(repository, 'node_modules/.bin/node'), ['scripts/lib/bundle.ts'], {
    cwd: repository,
  });
  await execa('scripts/package-agent', ['--quick'], { cwd: repository });
};

/** What is started is noted before anything else can happen to it: see leftovers.ts. */
const startController = (): Promise<ControllerProcess> =>
  ControllerProcess.start({
    dataDir: join(folder, 'controller'),
    agentDir: agentFolder,
    logFile: join(folder, 'controller.log'),
    outlive: values.keep,
    spawned: (controller) => {
      ends.add(() => controller.stop());
      if (controller.pid !== undefined) note(stateFile, { pid: controller.pid });
    },
  });

const startMachine = (controller: ControllerProcess, old: OldOs): Promise<Server> => {
  const known = new Set<Vm>();
  return startServer(controller, old, {
    name: SERVER,
    logFile: join(folder, `${SERVER}.log`),
    outlive: values.keep,
    changed: (vm) => {
      if (!known.has(vm)) ends.add(() => vm.stop());
      known.add(vm);
      note(stateFile, { folder: vm.folder, ...(vm.pid === undefined ? {} : { pid: vm.pid }) });
    },
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

/** Ends what runs, of this run or of an earlier one. */
const endAll = async (): Promise<void> => {
  await ends.all();
  await endLeftovers(stateFile);
};

const quickstart = async (): Promise<void> => {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await part('Setting up: packages, the controller, the packaged agent', prepare);
  const old = await part('The existing server: a Debian made on the spot', () => oldOs(say));
  const controller = await part('The controller, on its embedded store', startController);
  await part('What the server is to become: a distro and a profile', () =>
    addProfile(controller, old, PROFILE),
  );
  const server = await part(`${SERVER} boots its own bootloader and kernel; its agent enrols`, () =>
    startMachine(controller, old),
  );
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
  if (!values.keep) return;
  console.log(next(controller, server));
  // The notes stay: `--stop` goes by them.
  ends.forget();
};

/** Runs it to its end, or to an interruption. @returns the exit code */
const runToEnd = async (): Promise<number> => {
  const run = quickstart();
  const interrupted = once(interruption.signal, 'abort').then(() => 130);
  const code = await Promise.race([run.then(() => 0), interrupted]).catch(async (error) => {
    if (interruption.signal.aborted) return 130;
    await endAll();
    throw error;
  });
  if (code === 130) {
    console.log('\ncleaning up');
    await ends.all();
    // What was under way notices that its machine is gone, and clears away what it was building.
    await Promise.race([run.catch(() => {}), sleep(5_000)]);
  }
  if (code !== 0 || !values.keep) await endAll();
  return code;
};

if (values.help) {
  process.stdout.write(help);
} else {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => interruption.abort());
  if (await endLeftovers(stateFile)) console.log('what an earlier quickstart had left is ended');
  if (values.stop) process.exit();
  const { result: code, seconds } = await timed(runToEnd);
  if (code === 0) console.log(`\nDone in ${seconds} s.`);
  // What goes on after --keep must not hold this process.
  process.exit(code);
}

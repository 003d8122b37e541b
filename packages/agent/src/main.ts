/** The agent's entry: the only reader of arguments, environment and signals. */
import { text } from 'node:stream/consumers';
import { ResoleError } from '@resole/protocol';
import { Command, Option } from 'commander';
import { enrollCommand } from './commands/enroll.ts';
import { runService } from './commands/run.ts';
import { runFile } from './commands/run-file.ts';
import { statusCommand } from './commands/status.ts';
import { readConfig } from './config.ts';
import { readFacts } from './facts.ts';
import { lineLog, recentLog } from './log.ts';
import { AGENT_VERSION } from './version.ts';
import { systemClock, type World } from './world.ts';

interface GlobalOptions {
  config: string;
  stateDir?: string;
}

// What ps and systemctl status show, instead of Node's own name.
process.title = 'resole-agent';

const program = new Command('resole-agent')
  .description('The part of Resole that runs on the machine to be reinstalled.')
  .version(AGENT_VERSION)
  .addOption(
    new Option('--config <file>', 'configuration file')
      .env('RESOLE_AGENT_CONFIG')
      .default('/etc/resole/agent.yaml'),
  )
  .addOption(new Option('--state-dir <folder>', 'identity and journal').env('RESOLE_STATE_DIR'))
  .showHelpAfterError()
  .addHelpText(
    'after',
    `
Examples:
  resole-agent enroll --controller https://controller.example:8443 --token-file token
  resole-agent run            what the systemd unit starts
  resole-agent status
  resole-agent facts`,
  );

program
  .command('enroll')
  .description('make this machine known to a controller')
  .option('--controller <url>', 'address of the controller, https://host:port')
  .requiredOption('--token-file <file>', 'file with the join token; - reads standard input')
  .option('--force', 'enrol anew although it is enrolled', false)
  .addHelpText(
    'after',
    `
Examples:
  resole-agent enroll --controller https://controller.example:8443 --token-file token
  ssh controller resole token create --quiet | resole-agent enroll --controller … --token-file -`,
  )
  .action(async (options: { controller?: string; tokenFile: string; force: boolean }) => {
    const { config: configPath } = program.opts<GlobalOptions>();
    const { tokenFile, force } = options;
    await enrollCommand(await worldOf(options.controller), {
      tokenFile,
      force,
      configPath,
      readInput: () => text(process.stdin),
    });
  });

program
  .command('run')
  .description('serve the controller; enrols first with joinTokenFile where that is needed')
  .option('--job <file>', 'carry out the one job in this file, without a controller')
  .option('--rehearse', 'with --job: do everything but go down, then take it all back', false)
  .addHelpText(
    'after',
    `
Examples:
  resole-agent run
  resole-agent run --job job.json --rehearse`,
  )
  .action(async ({ job, rehearse }: { job?: string; rehearse: boolean }) => {
    const world = await worldOf();
    const stop = new AbortController();
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => stop.abort(new Error(signal)));
    }
    try {
      if (job === undefined) await runService(world, stop.signal);
      else await runFile(world, job, { rehearse }, stop.signal);
    } catch (error) {
      if (!stop.signal.aborted) throw error;
    }
  });

program
  .command('status')
  .description('is the agent running and connected, and what is it doing?')
  .option('--json', 'as JSON', false)
  .addHelpText('after', '\nExit code: 0 where it is connected, 3 where not.')
  .action(async ({ json }: { json: boolean }) => {
    process.exitCode = await statusCommand(await worldOf(), json);
  });

program
  .command('facts')
  .description('print what the agent tells its controller of this machine, as JSON')
  .addHelpText('after', '\nExample:\n  resole-agent facts | less')
  .action(async () => {
    const { config, print } = await worldOf();
    print(JSON.stringify(await readFacts({ stateDir: config.stateDir }), null, 2));
  });

async function worldOf(controller?: string): Promise<World> {
  const { config: path, stateDir } = program.opts<GlobalOptions>();
  const config = await readConfig(path, { stateDir, controller });
  const forJournald = process.env.JOURNAL_STREAM !== undefined;
  const log = lineLog((line) => process.stderr.write(line), config.logLevel, forJournald);
  return {
    config,
    clock: systemClock,
    ...recentLog(log, config.logLevel, systemClock.now),
    print: (line) => process.stdout.write(`${line}\n`),
  };
}

program.parseAsync().catch((error: unknown) => {
  if (error instanceof ResoleError) {
    const details = error.details.map(({ field, problem }) => `  ${field}: ${problem}\n`);
    process.stderr.write(`resole-agent: ${error.message} (${error.code})\n${details.join('')}`);
    if (error.remedy) process.stderr.write(`${error.remedy}\n`);
    process.exit(error.exitCode);
  }
  process.stderr.write(`resole-agent: ${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});

/** The command tree. What a noun's commands are is loaded only when the noun is used. */
import { Command, Option } from 'commander';
import { VERSION } from '../version.ts';
import type { CliContext } from './context.ts';

type Register = (command: Command, context: CliContext) => Promise<void> | void;

interface Entry {
  summary: string;
  /** Another name that people try. */
  alias?: string;
  load(): Promise<Register>;
}

/** In the order of the help. */
const entries: Readonly<Record<string, Entry>> = {
  serve: {
    summary: 'run the controller',
    load: async () => (await import('./serve.ts')).registerServe,
  },
  distro: {
    summary: 'installable OSs: kernel, initrd, tree or image',
    load: async () => (await import('./distro.ts')).registerDistro,
  },
  import: {
    summary: 'distros from install trees: a folder, an ISO, a mirror',
    load: async () => (await import('./import.ts')).registerImport,
  },
  profile: {
    summary: 'what machines are to become',
    load: async () => (await import('./profile.ts')).registerProfile,
  },
  system: {
    summary: 'machines',
    load: async () => (await import('./system.ts')).registerSystem,
  },
  repo: {
    summary: 'package repositories that machines are given',
    load: async () => (await import('./repo.ts')).registerRepo,
  },
  image: {
    summary: 'disk images and ISOs that are deployed as they are',
    load: async () => (await import('./image.ts')).registerImage,
  },
  template: {
    summary: 'answer files and boot arguments, as Jinja2 text',
    load: async () => (await import('./template.ts')).registerTemplate,
  },
  snippet: {
    summary: 'pieces of text that templates include',
    load: async () => (await import('./snippet.ts')).registerSnippet,
  },
  'answer-file': {
    summary: 'what the installer of a machine would be given',
    load: async () => (await import('./answer-file.ts')).registerAnswerFile,
  },
  settings: {
    summary: 'what every machine inherits',
    load: async () => (await import('./settings.ts')).registerSettings,
  },
  apply: {
    summary: 'make the inventory be as YAML files say',
    load: async () => (await import('./apply.ts')).registerApply,
  },
  export: {
    summary: 'print the whole inventory as YAML',
    load: async () => (await import('./export.ts')).registerExport,
  },
  token: {
    summary: 'join tokens, with which agents enrol',
    load: async () => (await import('./token.ts')).registerToken,
  },
  agent: {
    summary: 'agents and what they know of their machines',
    alias: 'agents',
    load: async () => (await import('./agent.ts')).registerAgent,
  },
  reinstall: {
    summary: 'make a running machine something else',
    load: async () => (await import('./jobs/reinstall.ts')).registerReinstall,
  },
  enchant: {
    summary: 'replace a remote server that has no agent, over SSH',
    load: async () => (await import('./enchant.ts')).registerEnchant,
  },
  power: {
    summary: 'machines on and off, by BMC, agent or whatever they have',
    load: async () => (await import('./power/power.ts')).registerPowerGroup,
  },
  virt: {
    summary: 'virtual guests: made, listed, switched and removed by the agent of their host',
    load: async () => (await import('./virt.ts')).registerVirt,
  },
  reboot: {
    summary: 'restart a machine through its agent',
    load: async () => (await import('./jobs/power.ts')).registerPower('reboot'),
  },
  shutdown: {
    summary: 'switch a machine off through its agent',
    load: async () => (await import('./jobs/power.ts')).registerPower('shutdown'),
  },
  decommission: {
    summary: 'take a machine out of service: off, its agent locked out, no reinstall',
    load: async () => (await import('./jobs/decommission.ts')).registerDecommission,
  },
  job: {
    summary: 'jobs: what was asked for, and how far it is',
    load: async () => (await import('./jobs/job.ts')).registerJob,
  },
  plugin: {
    summary: 'programs of yours that have a say, or are told',
    load: async () => (await import('./plugin.ts')).registerPlugin,
  },
  webhook: {
    summary: 'addresses that are told of what has happened',
    load: async () => (await import('./webhook.ts')).registerWebhook,
  },
  completion: {
    summary: 'completion scripts for shells',
    load: async () => {
      const { registerCompletion } = await import('./completion.ts');
      return (command, context) =>
        registerCompletion(command, context, () => buildProgram(context, allNouns));
    },
  },
  version: {
    summary: 'print the version',
    load: async () => (await import('./version.ts')).registerVersion,
  },
};

/** For those who need the whole tree: completion and tests. */
export const allNouns: readonly string[] = Object.keys(entries);

const examples = `
Examples:
  resole serve                                  first start makes keys, says what to do next
  resole distro build image --suite bookworm    a distro and a profile from nothing
  resole token create                           the command that enrols a machine
  resole profile list --output json

Exit codes: 0 done, 1 failed, 2 wrong input, 4 not allowed, 5 not found, 6 conflict, 7 refused,
8 not reachable, 130 interrupted. Settings and environment variables: docs/settings.md.
`;

/**
 * Behind a command's name `--version` is a mistake of who means an OS's: to print ours and do nothing
 * would look like success.
 */
const asksVersion = (words: readonly string[]): boolean => {
  const command = words.findIndex((word) => word in entries);
  const version = words.findIndex((word) => word === '-V' || word === '--version');
  return version === -1 || command === -1 || version < command;
};

/** @param words the command line; nouns that occur in it get their commands. */
export async function buildProgram(
  context: CliContext,
  words: readonly string[],
): Promise<Command> {
  const program = new Command('resole')
    .description('Reinstall servers that already exist.')
    .addOption(
      new Option('--output <format>', 'form of what is printed').choices(['table', 'json', 'yaml']),
    )
    .option('--url <url>', 'the controller’s API, https://HOST:PORT')
    .option('--token-file <file>', 'file with the admin token')
    .option('--ca <file>', 'the controller’s CA certificate')
    .option('--data-dir <folder>', 'data folder of a controller on this host')
    .option('--no-color', 'no colours')
    .addHelpText('after', examples)
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: true, helpWidth: context.stdout.columns ?? 100 });
  if (asksVersion(words)) program.version(VERSION, '-V, --version', 'print the version');
  for (const [name, { summary, alias, load }] of Object.entries(entries)) {
    const command = program.command(name).description(summary);
    if (alias !== undefined) command.alias(alias);
    if (words.includes(name) || (alias !== undefined && words.includes(alias)))
      await (await load())(command, context);
  }
  return program;
}

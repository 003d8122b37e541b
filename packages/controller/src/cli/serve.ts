/** `resole serve`: settings in, a controller up, its end by a signal. */
import { resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import type { Command } from 'commander';
import { readIfThere } from '../files/private-file.ts';
import { createLog } from '../log/log.ts';
import { entriesOf } from '../settings/entries.ts';
import { path as pathKind } from '../settings/kinds.ts';
import { controllerFile, defaultDataDir } from '../settings/places.ts';
import { readSettings } from '../settings/read.ts';
import { type ControllerSettings, controllerTable } from '../settings/table.ts';
import type { CliContext } from './context.ts';
import { readText } from './files.ts';
import { examplesText } from './noun.ts';
import { coloured } from './session.ts';

const flags = entriesOf(controllerTable).map(({ flag, setting }) => ({
  flag,
  name: flag.slice(2),
  setting,
}));

export function registerServe(command: Command, context: CliContext): void {
  command.option(
    '--config <file>',
    `configuration file (default: ${controllerFile}, if it exists)`,
  );
  for (const { flag, setting } of flags) {
    // The data folder is a global flag: the other commands find the controller by it.
    if (flag === '--data-dir') continue;
    const byDefault = setting.defaultText ?? JSON.stringify(setting.default);
    command.option(
      `${flag} <value>`,
      `${setting.description} Default: ${byDefault}`.replaceAll('`', ''),
    );
  }
  command.addHelpText(
    'after',
    examplesText([
      'resole serve',
      'resole serve --data-dir /srv/resole --api-url https://controller.example:7443',
      'RESOLE_LOG_LEVEL=debug resole serve --config ./controller.yaml',
    ]),
  );
  command.action(async () => {
    const settings = await settingsOf(command, context);
    const log = createLog({
      level: settings.logLevel,
      format: settings.logFormat ?? (context.stderr.isTTY === true ? 'text' : 'json'),
      colour: coloured(context.stderr, context.host.env, command.optsWithGlobals().color !== false),
      write: (line) => context.stderr.write(`${line}\n`),
    });
    await runController(settings, log, context);
  });
}

async function settingsOf(command: Command, context: CliContext): Promise<ControllerSettings> {
  const given = command.optsWithGlobals<Record<string, string | undefined>>();
  const { env } = context.host;
  const named = given.config ?? (env.RESOLE_CONFIG || undefined);
  const path = named === undefined ? controllerFile : resolve(context.cwd, named);
  const text =
    named === undefined ? (await readIfThere(path))?.toString() : await readText(path, context);
  const camel = (name: string) => name.replace(/-./g, (match) => match.slice(1).toUpperCase());
  const texts = flags.map(({ name, setting }) => {
    const value = given[camel(name)];
    // On a command line, paths are meant from where one is.
    const isPath = setting.kind === pathKind && value !== undefined;
    return [name, isPath ? resolve(context.cwd, value) : value];
  });
  return readSettings(controllerTable, {
    flags: Object.fromEntries(texts),
    env,
    file: text === undefined ? undefined : { path, text },
  });
}

/** Runs until a signal, then ends cleanly. */
async function runController(
  settings: ControllerSettings,
  log: ReturnType<typeof createLog>,
  context: CliContext,
): Promise<void> {
  // V8 lets its space for young objects grow to 32 MiB at the start, and keeps that for good. The work
  // here is many small requests: kept small, it costs the same and saves 25 MiB and more.
  setFlagsFromString('--semi-space-growth-factor=1');
  const { serve } = await import('../serve.ts');
  const dataDir = settings.dataDir ?? defaultDataDir(context.host);
  const controller = await serve({ settings, dataDir, host: context.host, log });
  const { apiUrl, provisionUrl, trust } = controller;
  log.info('the controller is up', { api: apiUrl, provision: provisionUrl, dataDir });
  if (trust.isNew && log.format === 'text') {
    context.stderr.write(welcome(dataDir, trust.adminTokenFile, trust.caFile, apiUrl, settings));
  } else if (trust.isNew) {
    log.info('first start: keys, a CA and an admin token were made', {
      adminTokenFile: trust.adminTokenFile,
      caFile: trust.caFile,
    });
  }
  const { signal } = context;
  if (!signal.aborted) {
    await new Promise((done) => signal.addEventListener('abort', done, { once: true }));
  }
  log.info('ending', { signal: String((signal.reason as Error | undefined)?.message) });
  await controller.close();
  log.info('ended');
}

function welcome(
  dataDir: string,
  tokenFile: string,
  ca: string,
  apiUrl: string,
  settings: ControllerSettings,
): string {
  const local = settings.dataDir === undefined ? 'resole' : `resole --data-dir ${dataDir}`;
  return `
This was the first start: keys, a CA and an admin token were made in ${dataDir}/trust.

On this host, as this user:
  ${local} token create                          the command that enrols a machine
  ${local} distro build image --suite bookworm   a distro and a profile from nothing
  ${local} agent list

From elsewhere: copy ${ca} and ${tokenFile}, then
  resole --url ${apiUrl} --ca ca.pem --token-file admin-token agent list

`;
}

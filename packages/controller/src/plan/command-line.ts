import {
  checkCommandLine,
  type Distro,
  type Network,
  type Options,
  type Starter,
  type System,
} from '@resole/protocol';
import { render } from '../templates/render.ts';
import { distroVariables, kernelOptions, urlsOf } from './answer/plain.ts';
import { families } from './families.ts';
import { BASE } from './intent.ts';
import { networkArguments } from './network/index.ts';

/** What an installer's kernel arguments are made from. */
export interface CommandLineSource {
  distro: Distro;
  system: Pick<System, 'id' | 'name' | 'hostname'>;
  options: Options;
  templates: Record<string, string>;
  /** IP version by which the controller is reached, where only one will do. */
  reach?: 'ipv4' | 'ipv6';
}

/**
 * The installer's kernel arguments, rendered from the operator's template into one line.
 * @param network The arguments that give the installer its network.
 * @throws ResoleError `template-error`
 */
export const commandLineOf = (source: CommandLineSource, network: readonly string[]): string => {
  const { distro, options, system } = source;
  const template = options.bootArgs ?? families[distro.family].bootArgs;
  if (template === undefined) throw new Error(`family ${distro.family} boots no kernel`);
  const text = render(template, source.templates, {
    urls: urlsOf(BASE, distro),
    distro: distroVariables(distro),
    network_args: network.join(' '),
    kernel_options: kernelOptions(options.kernelOptions),
    system: { id: system.id, name: system.name, hostname: system.hostname ?? system.name },
    proxy: options.proxy,
    vars: options.vars ?? {},
  });
  return text.replaceAll(/\s+/g, ' ').trim();
};

/** The same, with a network in the words of the installer's family. */
export const kernelCommandLine = (source: CommandLineSource, network: Network): string => {
  const { distro, system, reach } = source;
  const syntax = families[distro.family].network;
  const hostname = system.hostname ?? system.name;
  return commandLineOf(source, syntax ? networkArguments(syntax, network, hostname, reach) : []);
};

/**
 * Judges a command line as it will be, when `BASE` has been filled in.
 * @throws ResoleError `invalid-input`
 */
export const checkFilled = (commandLine: string, baseLength = 0, starter?: Starter): void =>
  checkCommandLine(commandLine.replaceAll(BASE, 'x'.repeat(baseLength)), starter);

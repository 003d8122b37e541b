import type { Family, Options } from '@resole/protocol';
import type { NetworkSyntax } from './network/index.ts';

/** What the installer families differ in, as far as a plan is concerned. */
export interface FamilyTraits {
  /** Whose syntax the network arguments have; a family without gets none. */
  network?: NetworkSyntax;
  /** Default templates by name; a family without boots no kernel, or reads no answer file. */
  bootArgs?: string;
  answerFile?: string;
  /** How its installer is started where no agent can do it, for people. */
  startedBy?: string;
  /** No agent runs on what it installs. */
  agentless?: true;
  /** Memory that the kernel must report for the installer to run, MiB (a 1 GiB machine shows ~950). */
  minMemoryMiB: number;
  /** Seconds that the states after the hand-over may last without a sign. */
  deadlines: { 'handing-over': number; 'installer-booted': number; installing: number };
}

/** Installers that load an image of their own first, and packages one by one. */
const largeInstaller = { 'handing-over': 1800, 'installer-booted': 1800, installing: 3600 };

export const families: Record<Family, FamilyTraits> = {
  image: {
    network: 'image',
    bootArgs: 'image/boot-args',
    answerFile: 'image/answer-file.sh',
    minMemoryMiB: 700,
    deadlines: { 'handing-over': 900, 'installer-booted': 600, installing: 1200 },
  },
  fai: {
    network: 'dracut',
    bootArgs: 'fai/boot-args',
    answerFile: 'fai/',
    minMemoryMiB: 1500,
    deadlines: { 'handing-over': 1200, 'installer-booted': 900, installing: 2400 },
  },
  'debian-installer': {
    network: 'netcfg',
    bootArgs: 'debian-installer/boot-args',
    answerFile: 'debian-installer/preseed.cfg',
    minMemoryMiB: 780,
    deadlines: { 'handing-over': 900, 'installer-booted': 1800, installing: 2400 },
  },
  subiquity: {
    network: 'casper',
    bootArgs: 'subiquity/boot-args',
    answerFile: 'subiquity/user-data',
    // The kernel's command line makes casper load the whole ISO into memory.
    minMemoryMiB: 3800,
    deadlines: largeInstaller,
  },
  anaconda: {
    network: 'dracut',
    bootArgs: 'anaconda/boot-args',
    answerFile: 'anaconda/kickstart.ks',
    // EL 9's and Fedora's documentation: 2 GiB for a network installation in text mode.
    minMemoryMiB: 1900,
    deadlines: largeInstaller,
  },
  autoyast: {
    network: 'linuxrc',
    bootArgs: 'autoyast/boot-args',
    answerFile: 'autoyast/profile.xml',
    minMemoryMiB: 1400,
    deadlines: largeInstaller,
  },
  agama: {
    network: 'dracut',
    bootArgs: 'agama/boot-args',
    answerFile: 'agama/profile.json',
    // The live system stays in memory.
    minMemoryMiB: 3800,
    deadlines: largeInstaller,
  },
  windows: {
    answerFile: 'windows/autounattend.xml',
    startedBy: 'by PXE (wimboot) or from an ISO',
    agentless: true,
    minMemoryMiB: 1900,
    deadlines: largeInstaller,
  },
  esxi: {
    bootArgs: 'esxi/boot-args',
    answerFile: 'esxi/ks.cfg',
    startedBy: 'by PXE (mboot) or from an ISO',
    agentless: true,
    minMemoryMiB: 7900,
    deadlines: largeInstaller,
  },
  freebsd: {
    startedBy: 'by PXE or from an ISO',
    minMemoryMiB: 500,
    deadlines: largeInstaller,
  },
  linux: {
    network: 'dracut',
    bootArgs: 'linux/boot-args',
    minMemoryMiB: 500,
    deadlines: largeInstaller,
  },
};

/** Deadlines of a job's states in seconds: the options' word, else the family's, else these. */
export const deadlinesOf = (options: Options, traits?: FamilyTraits): Record<string, number> => ({
  queued: 24 * 3600,
  staging: 1800,
  armed: 300,
  'handing-over': 900,
  installed: 1200,
  stalled: 24 * 3600,
  ...traits?.deadlines,
  ...Object.fromEntries(
    Object.entries(options.deadlines ?? {}).filter(
      (entry): entry is [string, number] => entry[1] !== null,
    ),
  ),
});

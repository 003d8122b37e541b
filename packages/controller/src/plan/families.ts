import type { Family, Options } from '@resole/protocol';

/** What the installer families differ in, as far as a plan is concerned. */
export interface FamilyTraits {
  /** Whose syntax the network arguments have. */
  network: 'dracut' | 'netcfg';
  /** Default templates by name. */
  bootArgs: string;
  answerFile: string;
  /** Memory that the kernel must report for the installer to run, MiB (a 1 GiB machine shows ~950). */
  minMemoryMiB: number;
  /** Seconds that the states after the hand-over may last without a sign. */
  deadlines: { 'handing-over': number; 'installer-booted': number; installing: number };
}

export const families: Record<Family, FamilyTraits> = {
  image: {
    network: 'dracut',
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
  ...options.deadlines,
});

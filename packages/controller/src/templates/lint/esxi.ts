import { judge, wordsOf } from './kickstart.ts';
import type { Problem } from './problem.ts';

const disk =
  '--disk --drive --firstdisk --ignoressd --ignoreprereqwarnings --ignoreprereqerrors --forceunsupportedinstall';
const install = `${disk} --overwritevmfs --overwritevsan --preservevmfs --novmfsondisk --dpupcislots`;

/**
 * What an installation script of ESXi may say: "Installation and Upgrade Script Commands" of vSphere 6.7
 * to 8. Each command with its options, as in the table of kickstart, of which it has the form only.
 */
const commands: Readonly<Record<string, string>> = {
  '%include': '',
  accepteula: '',
  clearpart: ' --drives --alldrives --ignoredrives --overwritevmfs --firstdisk',
  dryrun: '',
  include: '',
  install: ` ${install}`,
  installorupgrade: ` ${install} --forcemigrate`,
  keyboard: '',
  network:
    ' --bootproto --device --ip --gateway --nameserver --netmask --hostname --vlanid --addvmportgroup',
  paranoid: '',
  part: ' --ondisk --ondrive --firstdisk',
  partition: ' --ondisk --ondrive --firstdisk',
  reboot: ' --noeject',
  rootpw: ' --iscrypted',
  serialnum: ' --esx',
  upgrade: ` ${disk} --deletecosvmdk --forcemigrate`,
  vmaccepteula: '',
  vmserialnum: ' --esx',
};

const sections: Readonly<Record<string, string>> = {
  pre: ' --interpreter',
  post: ' --interpreter --timeout --ignorefailure',
  firstboot: ' --interpreter --level',
};

/** ESXi refuses a script that has none of one of these. */
const needed: readonly (readonly string[])[] = [
  ['accepteula', 'vmaccepteula'],
  ['install', 'installorupgrade', 'upgrade'],
  ['rootpw', 'upgrade'],
];

/** Values that an option may have. */
const values: Readonly<Record<string, RegExp>> = {
  '--interpreter': /^(python|busybox)$/,
  '--ignorefailure': /^(true|false)$/,
  '--timeout': /^\d+$/,
  '--bootproto': /^(dhcp|static)$/,
  '--vlanid': /^\d+$/,
  '--addvmportgroup': /^[01]$/,
};

/**
 * Checks commands, sections and their options; what sections say is not looked into. What is required
 * may stand in a file that is included, so nothing is missed where one is.
 */
export const lintEsxi = (text: string): Problem[] => {
  const problems: Problem[] = [];
  const seen = new Set<string>();
  let inSection = false;
  for (const [index, raw] of text.split('\n').entries()) {
    const say = (problem: string) => problems.push({ line: index + 1, problem });
    const starts = /^%(?!include\b)/.test(raw);
    // A section ends where another one begins, or the file.
    if (inSection && !starts) continue;
    const words = wordsOf(raw);
    const [name, ...rest] = words ?? [];
    if (words === undefined) say('a quote is not closed');
    if (name === undefined) continue;
    inSection = starts;
    seen.add(name);
    const found = starts
      ? judge(sections, name.slice(1), rest, 0, 'section %')
      : judge(commands, name, rest, 0, '');
    for (const problem of [...found, ...wrongValues(rest)]) say(problem);
  }
  if (seen.has('%include') || seen.has('include')) return problems;
  const missing = needed.filter((names) => !names.some((name) => seen.has(name)));
  return [
    ...problems,
    ...missing.map((names): Problem => ({ problem: `${names.join(' or ')} is missing` })),
  ];
};

const wrongValues = (words: readonly string[]): string[] =>
  words.flatMap((word) => {
    const [, option = '', value = ''] = /^(--[\w-]+)=(.*)$/s.exec(word) ?? [];
    const pattern = Object.hasOwn(values, option) ? values[option] : undefined;
    return pattern === undefined || pattern.test(value) ? [] : [`${option} can't be "${value}"`];
  });

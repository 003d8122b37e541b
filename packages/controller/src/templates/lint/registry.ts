import { agamaSchema } from './agama.ts';
import type { Checker } from './checker.ts';
import { esxiSections, kickstartSections, preseedCommands } from './embedded.ts';
import { lintEsxi } from './esxi.ts';
import { lintDiskConfig, lintPackageConfig } from './fai.ts';
import { lintKickstart } from './kickstart.ts';
import type { FileKind } from './kinds.ts';
import { json, yaml } from './parsers.ts';
import { bash, cloudInit, dash, debconf } from './programs.ts';
import { autoyastSchema, unattendSchema, xmllint } from './xml.ts';

/** Debian has no checker of kickstart files. */
const kickstartGrammar: Checker = {
  name: 'kickstart grammar',
  check: ({ text, version }) => lintKickstart(text, version),
};

/** Nobody but ESXi has one of its files. */
const esxiGrammar: Checker = { name: 'ESXi script grammar', check: ({ text }) => lintEsxi(text) };

/** setup-storage would look for the disks. */
const diskConfig: Checker = {
  name: 'disk_config grammar',
  check: ({ text }) => lintDiskConfig(text),
};

const packageConfig: Checker = {
  name: 'package_config grammar',
  check: ({ text }) => lintPackageConfig(text),
};

/** Who checks which kind of file. A kind without a checker is only rendered. */
export const checkers: Readonly<Record<FileKind, readonly Checker[]>> = {
  kickstart: [kickstartGrammar, kickstartSections],
  esxi: [esxiGrammar, esxiSections],
  preseed: [debconf, preseedCommands],
  'cloud-config': [yaml, cloudInit],
  yaml: [yaml],
  json: [json],
  agama: [agamaSchema],
  xml: [xmllint],
  autoyast: [autoyastSchema],
  unattend: [unattendSchema],
  'disk-config': [diskConfig],
  'package-config': [packageConfig],
  bash: [bash],
  sh: [dash],
  python: [],
  other: [],
};

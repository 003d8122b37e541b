import type { Checker } from './checker.ts';
import { kickstartSections, preseedCommands } from './embedded.ts';
import { lintKickstart } from './kickstart.ts';
import type { FileKind } from './kinds.ts';
import { json, yaml } from './parsers.ts';
import { bash, cloudInit, dash, debconf, xmllint } from './programs.ts';

/** Debian has no checker of kickstart files. */
const kickstartGrammar: Checker = {
  name: 'kickstart grammar',
  check: ({ text, version }) => lintKickstart(text, version),
};

/** Who checks which kind of file. A kind without a checker is only rendered. */
export const checkers: Readonly<Record<FileKind, readonly Checker[]>> = {
  kickstart: [kickstartGrammar, kickstartSections],
  preseed: [debconf, preseedCommands],
  'cloud-config': [yaml, cloudInit],
  yaml: [yaml],
  json: [json],
  xml: [xmllint],
  bash: [bash],
  sh: [dash],
  python: [],
  other: [],
};

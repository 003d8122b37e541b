import { expect, test } from 'vitest';
import { checkText } from './check.ts';
import type { FileKind } from './kinds.ts';
import { kindOf } from './kinds.ts';

const said = async (kind: FileKind, text: string, path?: string): Promise<string[]> => {
  const verdicts = await checkText(kind, { text, version: '9.4' }, path);
  return verdicts.flatMap(({ checker, state, problems, missing }) => [
    ...(state === 'failed' ? [] : [`${checker}: ${state}${missing ? `, ${missing.package}` : ''}`]),
    ...problems.map(({ line, problem }) => `${checker}: ${line ?? '-'}: ${problem}`),
  ]);
};

const late = (command: string) => `d-i preseed/late_command string ${command}\n`;

test.each<[FileKind, string, string[]]>([
  [
    'preseed',
    `# fine\nd-i a/b string x\n${late('in-target true; \\\n  if true; then :; fi')}`,
    ['debconf-set-selections --checkonly: passed', 'dash -n on its commands: passed'],
  ],
  [
    'preseed',
    `d-i a/b strin x\nnonsense\n${late('if true; then :')}`,
    [
      'debconf-set-selections --checkonly: 1: Unknown type strin, skipping line 1',
      "debconf-set-selections --checkonly: 2: parse error on line 2: 'nonsense'",
      'dash -n on its commands: 3: Syntax error: end of file unexpected (expecting "fi")',
    ],
  ],
  [
    'cloud-config',
    '#cloud-config\nhostname: web1\n',
    ['YAML parser: passed', 'cloud-init schema: passed'],
  ],
  [
    'cloud-config',
    '#cloud-config\nusers: 3\n',
    [
      'YAML parser: passed',
      "cloud-init schema: -: users: 3 is not of type 'string', 'array', 'object'",
    ],
  ],
  [
    'yaml',
    'a: [1\nb: 2\n',
    [
      'YAML parser: 2: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
  ],
  [
    'json',
    '{"a": 1,\n "b" 2}',
    ["JSON parser: 2: Expected ':' after property name in JSON at position 14 (line 2 column 6)"],
  ],
  ['xml', '<?xml version="1.0"?>\n<a><b/></a>\n', ['xmllint: passed']],
  [
    'xml',
    '<a>\n<b></a>\n',
    [
      'xmllint: 2: Opening and ending tag mismatch: b line 2 and a',
      'xmllint: 3: Premature end of data in tag a line 1',
    ],
  ],
  ['bash', '#!/bin/bash\n[[ a == b ]] && echo <(true)\n', ['bash -n: passed']],
  [
    'bash',
    '#!/bin/bash\nfor\n',
    ["bash -n: 2: syntax error near unexpected token `newline'", "bash -n: 2: `for'"],
  ],
  [
    'sh',
    '#!/bin/sh\ncase x in\n',
    ['dash -n: 3: Syntax error: end of file unexpected (expecting ")")'],
  ],
  [
    'kickstart',
    'lang en_US.UTF-8\n%post\nif true; then\n%end\n',
    [
      'kickstart grammar: passed',
      'bash -n on its scripts: 4: syntax error: unexpected end of file',
    ],
  ],
  ['other', 'anything', []],
])('%s: %s', async (kind, text, expected) => {
  expect(await said(kind, text)).toEqual(expected);
});

test('a program that is not there is told, with its package', async () => {
  expect(await said('xml', '<a/>', '/nonexistent')).toEqual([
    'xmllint: not-checked, libxml2-utils',
  ]);
});

test.each([
  ['preseed.cfg', 'd-i a/b string x', 'debian-installer', 'preseed'],
  ['kickstart.ks', 'lang C', 'anaconda', 'kickstart'],
  ['ks.cfg', 'vmaccepteula', 'esxi', 'other'],
  ['user-data', '#cloud-config\n', 'subiquity', 'cloud-config'],
  ['meta-data', 'instance-id: x', 'subiquity', 'yaml'],
  ['hooks/x.sh', '#!/bin/bash -e\n', 'fai', 'bash'],
  ['class/10', '#! /bin/sh\n', 'fai', 'sh'],
  ['profile.xml', '<profile/>', 'autoyast', 'xml'],
  ['profile.json', '{}', 'agama', 'json'],
])('%s is told by its name or beginning', (name, text, family, kind) => {
  expect(kindOf(name, text, family)).toBe(kind);
});

import { join } from 'node:path';
import { execa } from 'execa';
import { XMLParser } from 'fast-xml-parser';
import { describe, expect, test } from 'vitest';
import { debianCases, evil, evilVariables } from './answer-files-debian.fixture.ts';
import { readShipped } from './library.ts';
import { render } from './render.ts';
import type { AnswerVariables } from './variables.ts';

const templates = await readShipped(join(import.meta.dirname, '../../templates'));
const golden = join(import.meta.dirname, '../../../../test/golden/answer-files/windows');
const xml = new XMLParser({
  ignoreAttributes: false,
  parseTagValue: false,
  isArray: (name) => ['settings', 'component', 'RunSynchronousCommand', 'File'].includes(name),
});

const windows = (variables: AnswerVariables, version: string): AnswerVariables => ({
  ...variables,
  distro: {
    ...{ name: `windows-${version}`, breed: 'windows', version, arch: 'x86_64' },
    major: Number(version),
  },
});

const cases = [
  ...Object.entries(debianCases).map(([name, variables]) => [name, windows(variables, '2022')]),
  ['windows-11', windows(debianCases.dhcp as AnswerVariables, '11')],
  [
    'evil',
    windows({ ...evilVariables, vars: { windows_timezone: evil, windows_locale: evil } }, '2022'),
  ],
] as [string, AnswerVariables][];

describe.each(cases)('%s', (name, variables) => {
  const text = render('windows/autounattend.xml', templates, variables);

  test('the whole answer file', async () => {
    if (name !== 'evil') {
      await expect(text).toMatchFileSnapshot(join(golden, `${name}.xml`));
    }
    const { stderr } = await execa('xmllint', ['--noout', '-'], { input: text });
    expect(stderr).toBe('');
  });

  test('has the passes and scripts, and commands that Setup takes', () => {
    const { unattend } = xml.parse(text);
    const passes = unattend.settings.map((each: { '@_pass': string }) => each['@_pass']);
    expect(passes).toEqual(['windowsPE', 'specialize', 'oobeSystem']);
    const files = unattend.Extensions.File.map((each: { '@_path': string }) => each['@_path']);
    expect(files).toEqual(['disk.vbs', 'specialize.ps1', 'finish.ps1']);
    const commands = JSON.stringify(unattend.settings).matchAll(/"Path":"((?:[^"\\]|\\.)*)"/g);
    for (const [, command = ''] of commands) {
      // The documentation of RunSynchronousCommand: 259 characters.
      expect(JSON.parse(`"${command}"`).length).toBeLessThan(260);
    }
  });

  test('every script is free of texts from outside', () => {
    const { unattend } = xml.parse(text);
    expect(JSON.stringify(unattend.Extensions)).not.toContain('pwned');
  });
});

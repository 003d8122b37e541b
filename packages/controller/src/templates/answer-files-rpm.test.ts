import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { suseSignatures } from '../import/signatures/suse.ts';
import { debianCases, evil, evilVariables } from './answer-files-debian.fixture.ts';
import { readShipped } from './library.ts';
import { lintKickstart } from './lint/kickstart.ts';
import { render } from './render.ts';
import type { AnswerVariables, RepoVariables } from './variables.ts';

const templates = await readShipped(join(import.meta.dirname, '../../templates'));
const golden = join(import.meta.dirname, '../../../../test/golden/answer-files');

interface Family {
  template: string;
  extension: string;
  repos: RepoVariables['type'];
  /** The first one gets all cases, the others what differs by version. */
  distros: Record<string, { breed: string; version: string; vars?: AnswerVariables['vars'] }>;
}

/** What an import gives the profile of such a medium. */
const importedVars = (os: string) => ({ ...suseSignatures.find((row) => row.os === os)?.vars });

const families: Record<string, Family> = {
  anaconda: {
    template: 'anaconda/kickstart.ks',
    extension: 'ks',
    repos: 'dnf',
    distros: {
      'alma-9': { breed: 'redhat', version: '9.4' },
      'centos-7': { breed: 'redhat', version: '7.9' },
      'rocky-8': { breed: 'redhat', version: '8.10' },
      'alma-10': { breed: 'redhat', version: '10.0' },
      'fedora-42': { breed: 'redhat', version: '42' },
    },
  },
  autoyast: {
    template: 'autoyast/profile.xml',
    extension: 'xml',
    repos: 'zypper',
    distros: {
      'sles-15': { breed: 'suse', version: '15.6' },
      'sles-12': { breed: 'suse', version: '12.5' },
      'leap-15': { breed: 'suse', version: '15.6' },
      'opensuse-tumbleweed': {
        ...{ breed: 'suse', version: '20261101' },
        vars: importedVars('openSUSE Tumbleweed'),
      },
    },
  },
  agama: {
    template: 'agama/profile.json',
    extension: 'json',
    repos: 'zypper',
    distros: {
      'sles-16': { breed: 'suse', version: '16.0' },
      'leap-16': { breed: 'suse', version: '16.1' },
      tumbleweed: { breed: 'suse', version: 'tumbleweed' },
    },
  },
  esxi: {
    template: 'esxi/ks.cfg',
    extension: 'cfg',
    repos: 'dnf',
    distros: { 'esxi-8': { breed: 'vmware', version: '8.0' } },
  },
};

const variablesFor = (
  family: Family,
  distro: string,
  variables: AnswerVariables,
): AnswerVariables => {
  const { breed = '', version = '', vars = {} } = family.distros[distro] ?? {};
  const major = Number(/^\d+/.exec(version)?.[0] ?? 9999);
  return {
    ...variables,
    distro: { name: distro, breed, version, major, arch: 'x86_64' },
    vars: { ...vars, ...variables.vars },
    repos: variables.repos.map((repo) => ({
      ...repo,
      type: family.repos,
      suites: [],
      options: {},
    })),
  };
};

const cases = Object.entries(families).flatMap(([name, family]) =>
  Object.keys(family.distros).flatMap((distro, index) =>
    Object.entries(debianCases)
      .filter(([what]) => index === 0 || what === 'static')
      .map(([what, variables]) => ({
        file: `${name}/${index === 0 ? what : `${distro}-${what}`}.${family.extension}`,
        name,
        version: family.distros[distro]?.version ?? '',
        text: render(family.template, templates, variablesFor(family, distro, variables)),
      })),
  ),
);

const bash = async (script: string) => {
  const { stderr, exitCode } = await execa('bash', ['-n'], { input: script, reject: false });
  expect([exitCode, stderr], stderr).toEqual([0, '']);
};

const fromCdata = (text: string) => text.replaceAll(']]]]><![CDATA[>', ']]>');

/** The scripts inside of an answer file. */
const scriptsOf = (name: string, text: string): string[] => {
  if (name === 'agama') {
    const { scripts } = JSON.parse(text) as { scripts: Record<string, { content: string }[]> };
    return Object.values(scripts).flatMap((list) => list.map(({ content }) => content));
  }
  const [pattern, decode] =
    name === 'autoyast'
      ? ([/<source><!\[CDATA\[([\s\S]*?)\]\]><\/source>/g, fromCdata] as const)
      : name === 'esxi'
        ? ([/^%.*interpreter.*\n([\s\S]*?)(?=^%|(?![\s\S]))/gm, String] as const)
        : ([/^%.*interpreter.*\n([\s\S]*?)^%end$/gm, String] as const);
  return [...text.matchAll(pattern)].map(([, script = '']) => decode(script));
};

const wellFormed: Record<string, (text: string, version: string) => Promise<void> | void> = {
  anaconda: (text, version) => expect(lintKickstart(text, version)).toEqual([]),
  autoyast: async (text) => {
    await execa('xmllint', ['--noout', '--nonet', '-'], { input: text });
  },
  agama: (text) => {
    JSON.parse(text);
  },
  esxi: () => {},
};

describe.each(cases)('$file', ({ file, name, version, text }) => {
  test('is what it was', async () => {
    await expect(text).toMatchFileSnapshot(join(golden, file));
  });

  test('is well-formed, and so are its scripts', async () => {
    await wellFormed[name]?.(text, version);
    const scripts = scriptsOf(name, text);
    expect(scripts.length).toBeGreaterThanOrEqual(3);
    for (const script of scripts) await bash(script);
  });
});

describe.each(Object.entries(families))('%s, filled with evil', (name, family) => {
  const [distro = ''] = Object.keys(family.distros);
  const fill = (variables: AnswerVariables) =>
    render(family.template, templates, variablesFor(family, distro, variables));

  test('it is refused, or stays a value', async () => {
    let text: string;
    try {
      text = fill(evilVariables);
    } catch (error) {
      // A kickstart is read by lines: a line break in a value can only be refused.
      expect(String(error)).toMatch(/line break|begins with %/);
      expect(['anaconda', 'esxi']).toContain(name);
      return;
    }
    await wellFormed[name]?.(text, '15');
    const quoted = evil.replaceAll("'", "'\\''");
    for (const script of scriptsOf(name, text)) {
      await bash(script);
      expect(script.replaceAll(quoted, '').replaceAll(evil, '')).not.toContain('pwned');
    }
  });

  test('on one line, too', async () => {
    const word = evil.replaceAll('\n', ' ');
    const inLine = JSON.parse(
      JSON.stringify(evilVariables).replaceAll(
        JSON.stringify(evil).slice(1, -1),
        JSON.stringify(word).slice(1, -1),
      ),
    ) as AnswerVariables;
    const text = fill(inLine);
    await wellFormed[name]?.(text, family.distros[distro]?.version ?? '');
    const quoted = word.replaceAll("'", "'\\''");
    for (const script of scriptsOf(name, text)) {
      await bash(script);
      expect(script.replaceAll(quoted, '').replaceAll(word, '')).not.toContain('pwned');
    }
  });
});

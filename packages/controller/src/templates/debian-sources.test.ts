import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { inFolder, preseeded, written } from './answer-files-debian.checks.ts';
import { debianCases } from './answer-files-debian.fixture.ts';
import { readShipped } from './library.ts';
import { render } from './render.ts';
import type { AnswerVariables } from './variables.ts';

/** What debian-installer's own script leaves of a new system's package sources. */
const templates = await readShipped(join(import.meta.dirname, '../../templates'));
const { repos, urls } = debianCases.static as AnswerVariables;
const [debian, tools] = repos as [AnswerVariables['repos'][0], AnswerVariables['repos'][0]];

const left = async (own: Partial<AnswerVariables>, installer: Record<string, string>) => {
  const text = render('debian-installer/preseed.cfg', templates, { ...debianCases.dhcp, ...own });
  const script = await written(preseeded(text).get('preseed/early_command') ?? '');
  return inFolder(async (folder) => {
    const apt = join(folder, 'target/etc/apt');
    await mkdir(apt, { recursive: true });
    for (const [name, lines] of Object.entries(installer)) await writeFile(join(apt, name), lines);
    const functions = script
      .slice(0, script.lastIndexOf('\ncase $1 in'))
      .replaceAll('/target', join(folder, 'target'))
      .replaceAll('/var/run/resole', join(folder, 'state'));
    await execa('busybox', ['sh', '-c', `${functions}\ninstall_packages`]);
    const files = (await readdir(apt, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    const read = async (file: string) => [file.slice(apt.length + 1), await readFile(file, 'utf8')];
    return Object.fromEntries(await Promise.all(files.sort().map(read)));
  });
};

test('the first repository is written whole, and nothing of it twice', async () => {
  const archive = { ...debian, key: 'KEY\n', priority: 600, proxy: 'http://proxy.example.org:1' };
  expect(
    await left(
      { repos: [archive, { ...tools, key: 'TOOLS\n' }] },
      {
        'sources.list': `# written by the installer
deb http://deb.example.org/debian/ bookworm main non-free-firmware
deb-src http://deb.example.org/debian bookworm main
deb http://security.example.org/debian-security bookworm-security main
`,
        'apt.conf': 'Acquire::http::Proxy "http://proxy.example.org:1/";\nAPT::Other "1";\n',
      },
    ),
  ).toEqual({
    'sources.list':
      '# written by the installer\ndeb http://security.example.org/debian-security bookworm-security main\n',
    'apt.conf': 'APT::Other "1";\n',
    'sources.list.d/resole-debian.list': `deb [signed-by=/etc/apt/keyrings/resole-debian.asc] http://deb.example.org/debian bookworm main
deb [signed-by=/etc/apt/keyrings/resole-debian.asc] http://deb.example.org/debian bookworm-updates main
`,
    'sources.list.d/resole-tools.list':
      'deb [arch=amd64 signed-by=/etc/apt/keyrings/resole-tools.asc trusted=no] https://apt.example.org:8443/tools stable main extra\n',
    'keyrings/resole-debian.asc': 'KEY\n\n',
    'keyrings/resole-tools.asc': 'TOOLS\n\n',
    'preferences.d/resole-debian': 'Package: *\nPin: origin "deb.example.org"\nPin-Priority: 600\n',
    'preferences.d/resole-tools': 'Package: *\nPin: origin "apt.example.org"\nPin-Priority: 700\n',
    'apt.conf.d/80resole-debian':
      'Acquire::http::Proxy::deb.example.org "http://proxy.example.org:1";\nAcquire::https::Proxy::deb.example.org "http://proxy.example.org:1";\n',
    'apt.conf.d/80resole-tools':
      'Acquire::http::Proxy::apt.example.org "http://proxy.example.org:3128";\nAcquire::https::Proxy::apt.example.org "http://proxy.example.org:3128";\n',
  });
});

test("the job's own tree is no source of the new system", async () => {
  const list = `deb ${urls.tree} bookworm main\n`;
  expect(await left({}, { 'sources.list': `${list}# kept\n` })).toEqual({
    'sources.list': '# kept\n',
  });
});

test('without suites, the entry is the one that the installer made', async () => {
  const list = 'deb http://deb.example.org/debian bookworm main\n';
  expect(
    await left({ repos: [{ ...debian, suites: [], priority: 600 }] }, { 'sources.list': list }),
  ).toEqual({
    'sources.list': list,
    'preferences.d/resole-debian': 'Package: *\nPin: origin "deb.example.org"\nPin-Priority: 600\n',
  });
});

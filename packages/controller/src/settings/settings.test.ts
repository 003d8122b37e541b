import { join } from 'node:path';
import { ResoleError } from '@resole/protocol';
import { expect, test } from 'vitest';
import { settingsPage } from './docs.ts';
import { readSettings } from './read.ts';
import { controllerTable } from './table.ts';

const read = (sources: Parameters<typeof readSettings>[1]) =>
  readSettings(controllerTable, sources);

const problemsOf = (sources: Parameters<typeof readSettings>[1]) => {
  try {
    read(sources);
  } catch (error) {
    if (error instanceof ResoleError) {
      return error.details.map(({ field, problem }) => `${field}: ${problem}`);
    }
    throw error;
  }
  return [];
};

test('nothing given: the defaults', () => {
  expect(read({})).toEqual({
    dataDir: undefined,
    api: { listen: '::', port: 7443, url: undefined },
    provision: { listen: '::', port: 7480, url: undefined },
    names: [],
    agentDir: undefined,
    pluginDir: undefined,
    pluginTimeout: 30,
    power: { parallel: 32, stagger: 0.2, deadline: 60, refresh: 300 },
    debianMirror: undefined,
    virt: { macPrefix: '52:54:00' },
    logLevel: 'info',
    logFormat: undefined,
  });
});

test('a flag wins over the environment, that over the file', () => {
  const settings = read({
    flags: { 'api-port': '1' },
    env: { RESOLE_API_PORT: '2', RESOLE_PROVISION_PORT: '3', RESOLE_NAMES: 'a.example, 192.0.2.1' },
    file: {
      path: '/c.yaml',
      text: 'api: {port: 4, url: "https://c.example/"}\nprovision: {port: 5}',
    },
  });
  expect(settings.api).toEqual({ listen: '::', port: 1, url: 'https://c.example' });
  expect(settings.provision.port).toBe(3);
  expect(settings.names).toEqual(['a.example', '192.0.2.1']);
});

test('all errors at once, each with the place where it was given', () => {
  expect(
    problemsOf({
      flags: { 'api-port': '70000', 'api-url': 'http://plain.example' },
      env: { RESOLE_API_LISTEN: 'everywhere', RESOLE_AGENT_DIR: 'here' },
      file: {
        path: '/c.yaml',
        text: 'logLevel: loud\nport: 3\nprovision: 7\nnames: [good, "not good"]\n',
      },
    }),
  ).toMatchInlineSnapshot(`
    [
      "/c.yaml: port: there is no such setting",
      "/c.yaml: provision: must be a map of settings",
      "RESOLE_API_LISTEN: must be an IP address, as 0.0.0.0 or ::",
      "--api-port: must be 65535 at most",
      "--api-url: must be an https URL, as https://controller.example:7443",
      "/c.yaml: names.1: not a host name or IP address",
      "RESOLE_AGENT_DIR: must be an absolute path",
      "/c.yaml: logLevel: Invalid option: expected one of "error"|"warn"|"info"|"debug"",
    ]
  `);
});

test('a file that is not YAML is named', () => {
  expect(problemsOf({ file: { path: '/c.yaml', text: 'api: [' } })).toMatchInlineSnapshot(`
    [
      "/c.yaml: Flow sequence in block collection must be sufficiently indented and end with a ] at line 1, column 7:",
    ]
  `);
});

test('an empty file, an empty section and an empty variable set nothing', () => {
  const file = { path: '/c.yaml', text: '# nothing\n' };
  expect(read({ file, env: { RESOLE_API_PORT: '' } })).toEqual(read({}));
  expect(read({ file: { path: '/c.yaml', text: 'api:\n' } })).toEqual(read({}));
});

test('docs/settings.md is what the tables say', async () => {
  const page = join(import.meta.dirname, '../../../../docs/settings.md');
  await expect(settingsPage()).toMatchFileSnapshot(page);
});

import { expect, test } from 'vitest';
import { runCli } from './testing.ts';

const errorOf = async (...words: string[]) => {
  const { code, out, err } = await runCli(words);
  expect(out).toBe('');
  return `${err}→ ${code}`;
};

test('a wrong command line is told with what to do, and exit code 2', async () => {
  expect(await errorOf('profil')).toMatchInlineSnapshot(`
    "error: unknown command 'profil': Did you mean profile? (invalid-input)
    next: resole --help
    → 2"
  `);
  expect(await errorOf('profile')).toMatchInlineSnapshot(`
    "error: "profile" needs one of its commands (invalid-input)
    next: resole profile add|edit|copy|list|find|show|rename|remove
    → 2"
  `);
  expect(await errorOf('profile', 'lst')).toMatchInlineSnapshot(`
    "error: "profile" has no command "lst" (invalid-input)
    next: resole profile add|edit|copy|list|find|show|rename|remove
    → 2"
  `);
  expect(await errorOf('profile', 'add', '--bogus')).toMatchInlineSnapshot(`
    "error: unknown option '--bogus' (invalid-input)
    next: resole profile add --help
    → 2"
  `);
  expect(await errorOf('distro', 'add', 'x', '--arch', 'arm')).toMatchInlineSnapshot(`
    "error: option '--arch <arch>' argument 'arm' is invalid. Allowed choices are x86_64, aarch64. (invalid-input)
    next: resole distro add --help
    → 2"
  `);
  expect(await errorOf('distro', 'add', 'x', '--version', '12')).toMatchInlineSnapshot(`
    "error: unknown option '--version': Did you mean --os-version? (invalid-input)
    next: resole distro add --help
    → 2"
  `);
  expect(await errorOf('distro', 'build', 'floppy')).toMatchInlineSnapshot(`
    "error: "distro build" has no command "floppy" (invalid-input)
    next: resole distro build image|fai|debian-installer
    → 2"
  `);
});

test('with --output json, an error is JSON', async () => {
  const { err, code } = await runCli(['profile', 'show', '--output', 'json']);
  expect([JSON.parse(err), code]).toMatchInlineSnapshot(`
    [
      {
        "error": {
          "code": "invalid-input",
          "message": "missing required argument 'name'",
          "remedy": "resole profile show --help",
        },
      },
      2,
    ]
  `);
});

test('nothing at all shows the help', async () => {
  const { code, err } = await runCli([]);
  expect(code).toBe(2);
  expect(err).toMatch(/^Usage: resole/);
});

test('without a controller, it says how to get or find one', async () => {
  expect(await errorOf('profile', 'list')).toMatchInlineSnapshot(`
    "error: no controller is known: there is no /nonexistent/.local/share/resole/client.yaml (unreachable)
    next: start one here with "resole serve", name its folder with --data-dir, or a distant one with --url, --token-file and --ca
    → 8"
  `);
  expect(await errorOf('profile', 'list', '--url', 'https://127.0.0.1:1')).toMatchInlineSnapshot(`
    "error: no token for https://127.0.0.1:1 was given (unauthorized)
    next: name the file that holds the admin token: --token-file FILE or RESOLE_TOKEN_FILE
    → 4"
  `);
});

test('the token of a local controller is never sent to another one', async () => {
  const { err } = await runCli([
    'profile',
    'list',
    '--data-dir',
    '/tmp',
    '--url',
    'https://127.0.0.1:1',
  ]);
  expect(err).toContain('no token for https://127.0.0.1:1 was given');
});

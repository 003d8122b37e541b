import { ResoleError } from '@resole/protocol';
import { expect, test } from 'vitest';
import { userVariables } from './users.ts';

const key = 'ssh-ed25519 AAAA ops@example.org';

test('what is not said has a default', () => {
  expect(userVariables({})).toEqual([]);
  expect(
    userVariables({
      vars: {
        users: [
          { name: 'ops', keys: [key], groups: ['adm'], sudo: true },
          { name: 'web', shell: '/bin/sh', password_hash: '$6$salt$hash' },
        ],
      },
    }),
  ).toEqual([
    { name: 'ops', keys: [key], groups: ['adm'], sudo: true, shell: '/bin/bash' },
    {
      ...{ name: 'web', keys: [], groups: [], sudo: false, shell: '/bin/sh' },
      password_hash: '$6$salt$hash',
    },
  ]);
});

const problemsWith = (users: unknown) => {
  try {
    userVariables({ vars: { users } });
  } catch (error) {
    if (!(error instanceof ResoleError)) throw error;
    return error.details.map(({ field, problem }) => `${field}: ${problem}`);
  }
  return [];
};

test('all that is wrong is told at once', () => {
  expect(
    problemsWith([
      { name: 'Ops Team', group: ['adm'] },
      { name: 'root' },
      { name: 'ops', keys: [`${key}\n`], shell: 'bash', password_hash: 'secret', sudo: 'ALL' },
    ]),
  ).toMatchInlineSnapshot(`
    [
      "vars.users.0.name: must be a name as useradd takes it: a-z, 0-9, - and _",
      "vars.users.0.group: there is no such field",
      "vars.users.1.name: is not given here: root has authorizedKeys and vars.root_password_hash",
      "vars.users.2.keys.0: must be a public key on one line",
      "vars.users.2.sudo: has to be true or false",
      "vars.users.2.shell: must be a path, as in /bin/bash",
      "vars.users.2.password_hash: must be a hash, as \`mkpasswd -m sha-512\` prints it",
    ]
  `);
  expect(problemsWith([{ name: 'ops' }, { name: 'ops' }])).toMatchInlineSnapshot(`
    [
      "vars.users: names somebody twice",
    ]
  `);
  expect(problemsWith('ops')).toMatchInlineSnapshot(`
    [
      "vars.users: has to be a list",
    ]
  `);
});

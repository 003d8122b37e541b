/** `resole enchant` where something goes wrong: keys, rivals, lost connections, people who say no. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runInside } from '../../support/inside.ts';

const inUse =
  'host-in-use: another enchant works on root@127.0.0.1:PORT: HOLDER, last heard of N s ago';

test('a server is as it was, whoever comes, goes, or says no', async () => {
  expect(await runInside(join(import.meta.dirname, 'troubles.ts'))).toEqual({
    keys: {
      'another is known':
        'host-key-changed: root@127.0.0.1:PORT shows another host key than the one that is known: ssh-ed25519 RIGHT',
      'another is known, the right one named': 'web',
      'the right one is known, another named':
        'host-key-unknown: root@127.0.0.1:PORT has not the host key ANOTHER: ssh-ed25519 RIGHT',
      'none is known':
        'host-key-unknown: the host key of root@127.0.0.1:PORT is not known: ssh-ed25519 RIGHT',
      'the jump host is not known':
        'host-key-unknown: the host key of the jump host 127.0.0.1:PORT is not known: ssh-ed25519 RIGHT',
      'another named, at a terminal':
        '4, error: root@127.0.0.1:PORT has not the host key ANOTHER: ssh-ed25519 RIGHT (host-key-unknown)',
      'asked, no':
        '4, error: the host key of root@127.0.0.1:PORT is not known: ssh-ed25519 RIGHT (host-key-unknown)',
      'asked, yes': '0, no error',
      'known since then': 'web',
    },
    rivals: {
      'an agent': 'agent-installed: root@127.0.0.1:PORT has an agent already, of db1',
      'an agent for one job':
        'host-in-use: an agent that another enchant has brought is enrolled on root@127.0.0.1:PORT',
      'while another copies': inUse,
      'the other': 'web',
      'named twice': ['would become web'],
      'after a run that died': inUse,
      'when it was silent for a while': 'web',
      'the copy went on': true,
      'the one that was silent':
        'remote-failed: unpacking the agent failed on root@127.0.0.1:PORT: another enchant has taken it over',
      'the one that took over': 'web',
    },
    lost: {
      'in the copy': 'web',
      'it went on': true,
      'while a person thinks': [
        '2, error: "no" is not web1: nothing was done (confirmation-missing)',
        [],
      ],
      'for good': [
        expect.stringMatching(
          /^2, error: "no" is not web1: nothing was done; admin@\S+ could not be cleaned up \(no ssh connection to .*\), what was brought is still there: \/var\/lib\/resole-enchant .* \(confirmation-missing\)$/,
        ),
        ['server'],
      ],
      'the next one': ['web', []],
    },
    declined: {
      'in the copy': ['130, interrupted', []],
      'another name': ['2, error: "db2" is not web1: nothing was done (confirmation-missing)', []],
      'at the question': ['130, interrupted', []],
      'the job is refused': [expect.stringMatching(/\(bootloader-unsupported\)$/), []],
      systems: [],
      agents: [],
      tokens: [],
    },
    left: [],
  });
}, 400_000);

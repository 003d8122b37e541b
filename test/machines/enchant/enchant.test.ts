/** `resole enchant` over real OpenSSH and real sudo, on servers that no agent can reinstall. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runInside } from '../../support/inside.ts';

/** The agent was brought, the facts were read and planned with: this is the plan's own refusal. */
const planned = (place: string) =>
  expect.stringMatching(new RegExp(`^${place}, bootloader-unsupported: `));

test('sudo, jump hosts, servers without room, many servers; nothing is left behind', async () => {
  expect(await runInside(join(import.meta.dirname, 'inside.ts'))).toEqual({
    root: planned('to the disk'),
    sudo: planned('to the disk'),
    'sudo, wrong password': expect.stringMatching(
      /^not copied, sudo-denied: .*2 incorrect password attempts$/,
    ),
    'sudo, no password': expect.stringMatching(
      /^not copied, sudo-denied: .*a password is required$/,
    ),
    // Only the jump host can resolve the server's name.
    jump: planned('to the disk'),
    'no jump': expect.stringMatching(/^not copied, unreachable: /),
    full: planned('into memory'),
    tiny: expect.stringMatching(
      /^not copied, staging-space-too-small: there is no room for the agent/,
    ),
    'most at once': 2,
    many: [
      'full: bootloader-unsupported',
      'jump: bootloader-unsupported',
      'roomy: bootloader-unsupported',
      'tiny: staging-space-too-small',
    ],
    code: 1,
    left: [],
    systems: [],
  });
}, 300_000);

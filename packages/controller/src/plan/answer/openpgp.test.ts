import { expect, test } from 'vitest';
import { toolsKey, toolsKeyFingerprint } from '../../templates/answer-files-debian.fixture.ts';
import { fingerprints } from './openpgp.ts';

test('the fingerprint is that which gpg shows, with line ends of any kind, of each key', () => {
  expect(fingerprints(toolsKey)).toEqual([toolsKeyFingerprint]);
  expect(fingerprints(toolsKey.replaceAll('\n', '\r\n'))).toEqual([toolsKeyFingerprint]);
  expect(fingerprints(`two keys\n${toolsKey}\n${toolsKey}`)).toHaveLength(2);
  const commented = toolsKey.replace('BLOCK-----\n', 'BLOCK-----\nComment: of the tools\n');
  expect(fingerprints(commented)).toEqual([toolsKeyFingerprint]);
});

test.each([
  ['nothing', ''],
  ['no key', 'mDMEawzXkRYJKwYBBAHaRw8BAQdA'],
  ['a key that is cut off', `${toolsKey.slice(0, 80)}\n-----END PGP PUBLIC KEY BLOCK-----\n`],
  ['bytes that are no packets', '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END'],
])('%s has none', (_what, text) => {
  expect(fingerprints(text)).toEqual([]);
});

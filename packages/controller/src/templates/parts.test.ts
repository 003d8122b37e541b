import { expect, test } from 'vitest';
import { partsOf } from './parts.ts';

const templates = Object.fromEntries(
  [
    'fai/boot-args',
    'fai/class/10-disk',
    'fai/files/_part',
    'subiquity/user-data',
    'subiquity/meta-data',
    'site/web/user-data',
    'site/web/network-config',
    'site/plain',
    'image/answer-file.sh',
  ].map((name) => [name, '']),
);

test.each([
  ['fai/', undefined, { 'class/10-disk': 'fai/class/10-disk', 'files/_part': undefined }],
  ['image/answer-file.sh', 'image/answer-file.sh', { 'answer-file.sh': 'image/answer-file.sh' }],
  [
    'subiquity/user-data',
    'subiquity/user-data',
    { 'user-data': 'subiquity/user-data', 'meta-data': 'subiquity/meta-data' },
  ],
  [
    'site/web/user-data',
    'subiquity/user-data',
    {
      'user-data': 'site/web/user-data',
      'meta-data': 'subiquity/meta-data',
      'network-config': 'site/web/network-config',
    },
  ],
  [
    'site/plain',
    'subiquity/user-data',
    { 'user-data': 'site/plain', 'meta-data': 'subiquity/meta-data' },
  ],
  ['none/', undefined, {}],
])('%s of a family with %s', (reference, usual, parts) => {
  const expected = Object.fromEntries(Object.entries(parts).filter(([, name]) => name));
  expect(partsOf(reference, templates, usual)).toEqual(expected);
});

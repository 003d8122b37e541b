/** Every row of the table of signatures, on a tree laid out as its media are. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { asYaml } from '../../packages/controller/src/cli/output.ts';
import { type Recognised, recognise } from '../../packages/controller/src/import/recognise.ts';
import { signatures } from '../../packages/controller/src/import/signatures/index.ts';
import { unattendable, unrecognised } from '../../packages/controller/src/import/unrecognised.ts';
import { media, readerOf } from './import-media.ts';

const golden = (name: string) => join(import.meta.dirname, '../golden/import', name);

const shown = ({ signature, ...rest }: Recognised) => ({
  os: signature.os,
  ...(signature.refused === undefined ? {} : { refused: signature.refused }),
  name: signature.id,
  family: signature.family,
  breed: signature.breed,
  ...rest,
});

test('all media are recognised for what they are', async () => {
  const results: Record<string, unknown> = {};
  const used = new Set<string>();
  for (const [name, files] of Object.entries(media)) {
    const { recognised } = await recognise(readerOf(files), signatures);
    results[name] = recognised.map(shown);
    for (const { signature } of recognised) used.add(signature.os);
  }
  await expect(asYaml(results)).toMatchFileSnapshot(golden('recognised.yaml'));
  expect(signatures.map(({ os }) => os).filter((os) => !used.has(os))).toEqual([]);
});

test('what was asked for narrows the search', async () => {
  const mirror = media['Debian 11 mirror, two architectures'] ?? {};
  const one = await recognise(readerOf(mirror), signatures, { arch: 'aarch64' });
  expect(one.recognised.map(({ arch, version }) => `${version} ${arch}`)).toEqual(['11.9 aarch64']);
  const dvd = readerOf(media['RHEL 9.4 DVD'] ?? {});
  expect((await recognise(dvd, signatures, { arch: 'aarch64' })).recognised).toEqual([]);
  const [other] = (await recognise(dvd, signatures, { family: 'linux', version: '1' })).recognised;
  expect([other?.signature.family, other?.version]).toEqual(['linux', '1']);
});

test('what is not recognised is told with what was looked for and found', async () => {
  const files = {
    '.disk/info': 'Debian GNU/Hurd 12 "Bookworm" - unofficial i386\n',
    'sources/boot.wim': 'not one',
    'images/pxeboot/vmlinuz': 'not one',
  };
  const reader = readerOf(files);
  const { recognised, looked } = await recognise(reader, signatures);
  expect(recognised).toEqual([]);
  const top = await reader.list('');
  const { message, remedy, details } = unrecognised('/media/cdrom', looked, {}, top);
  const lines = details.map(({ field, problem }) => `${field}: ${problem}\n`).join('');
  await expect(`${message}\n${remedy}\n\n${lines}`).toMatchFileSnapshot(golden('unrecognised.txt'));
});

test('a medium whose installer asks people is refused, with what to take instead', () => {
  const live = signatures.find(({ refused }) => refused !== undefined);
  if (live === undefined) throw new Error('the table has one');
  expect(unattendable('bionic.iso', live)).toMatchObject({
    code: 'tree-unrecognised',
    message:
      'bionic.iso is Ubuntu 18.04: live server; its installer asks people: it reads answer files from 20.04 on',
    remedy:
      "import the server medium with Debian's installer instead (ubuntu-18.04.6-server-amd64.iso), or a mirror",
  });
});

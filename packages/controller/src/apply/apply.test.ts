import { expect, test } from 'vitest';
import { applyDocument } from './apply.ts';
import { exportDocument } from './export.ts';
import { bootFiles, newInventory, refusalOf, said, whole } from './testing.ts';

test('a whole inventory from nothing; the same again changes nothing; exported it is the same', async () => {
  const document = whole(await bootFiles());
  const inventory = newInventory();
  const planned = await applyDocument(inventory, document, { dryRun: true });
  expect(said(planned)).toEqual([
    'changed settings settings',
    'added repo debian',
    'added image cloud',
    'added snippet motd.sh',
    'added template site/preseed.cfg',
    'changed template image/answer-file.sh',
    'added distro debian12',
    'added profile web',
    'added profile web-big',
    'added system host1',
    'added system guest1',
    '0 unchanged',
  ]);
  expect(await exportDocument(inventory)).toEqual({});
  const { power, ...host1 } = document.systems.host1;
  const { password, ...shown } = power;
  expect(password).toBe('hush');
  document.systems.host1 = { ...host1, power: shown } as typeof document.systems.host1;
  expect(said(await applyDocument(inventory, document))).toHaveLength(12);
  expect(said(await applyDocument(inventory, document))).toEqual(['11 unchanged']);

  const exported = await exportDocument(inventory);
  expect(Object.keys(exported)).toEqual([
    ...['settings', 'repos', 'images', 'snippets', 'templates', 'distros', 'profiles', 'systems'],
  ]);
  document.systems.guest1.interfaces.eth0.mac = '52:54:00:00:00:01';
  expect(exported).toEqual(document);
  const other = newInventory();
  await applyDocument(other, exported);
  expect(JSON.stringify(await exportDocument(other))).toBe(JSON.stringify(exported));
});

test('an edit sets what differs and takes away what is not said any more', async () => {
  const document = whole(await bootFiles());
  const inventory = newInventory();
  await applyDocument(inventory, document);
  const { changes } = await applyDocument(inventory, {
    profiles: { web: { distro: 'debian12', virt: { memoryMiB: 2048 } } },
  });
  expect(changes).toEqual([
    {
      noun: 'profile',
      name: 'web',
      action: 'changed',
      before: document.profiles.web,
      after: { distro: 'debian12', virt: { memoryMiB: 2048 } },
    },
  ]);
});

test('what the controller learned of a system stays until a document takes it away', async () => {
  const inventory = newInventory();
  const power = { driver: 'ipmi', address: '192.0.2.7', password: 'hush' };
  const learned = {
    hostname: 'web1.example.org',
    machineUuid: '4c4c4544-0042-4810-8056-b4c04f395931',
    macs: ['52:54:00:00:00:01'],
    power,
    decommissioned: true,
    netboot: false,
  };
  await inventory.systems.add({ name: 'web1', disk: 'wwn:1', ...learned });
  const document = { systems: { web1: { comment: 'rack 12' } } };
  expect(said(await applyDocument(inventory, document))).toEqual([
    'changed system web1',
    '0 unchanged',
  ]);
  expect(said(await applyDocument(inventory, document))).toEqual(['1 unchanged']);
  const { password, ...shown } = power;
  const kept = { comment: 'rack 12', ...learned, power: { ...shown, hasPassword: true } };
  const web1 = await inventory.systems.show('web1');
  expect(web1).toMatchObject(kept);
  expect(web1).not.toHaveProperty('disk');
  expect(password).toBe('hush');
  const back = {
    comment: 'rack 12',
    decommissioned: null,
    macs: null,
    hostname: null,
    power: null,
  };
  expect(await applyDocument(inventory, { systems: { web1: back } })).toMatchObject({
    changes: [{ after: { comment: 'rack 12', machineUuid: learned.machineUuid } }],
  });
  expect(await exportDocument(inventory)).toEqual({
    systems: { web1: { comment: 'rack 12', machineUuid: learned.machineUuid } },
  });
  expect(said(await applyDocument(inventory, { systems: { web1: back } }))).toEqual([
    '1 unchanged',
  ]);
});

test('an inherited value is taken away, and back, by a document', async () => {
  const inventory = newInventory();
  const { distros } = whole(await bootFiles());
  const withSub = (sub: object) => ({
    distros,
    profiles: {
      base: { distro: 'debian12', proxy: 'http://proxy.example.org:3128' },
      sub: { parent: 'base', ...sub },
    },
  });
  const taken = withSub({ '!proxy': null });
  await applyDocument(inventory, withSub({ proxy: 'http://other.example.org' }));
  for (const [document, changes] of [
    [taken, 1],
    [withSub({}), 1],
    [taken, 1],
    [withSub({ proxy: 'http://other.example.org' }), 1],
    [taken, 1],
    [taken, 0],
  ] as const) {
    expect((await applyDocument(inventory, document)).changes).toHaveLength(changes);
    expect(await exportDocument(inventory)).toEqual(document);
  }
  const wrong = withSub({ '!proxi': null, '!vars': null });
  expect(await refusalOf(applyDocument(inventory, wrong))).toMatchObject([
    { field: 'profiles.sub.!proxi', remedy: 'did you mean "!proxy"?' },
    { field: 'profiles.sub.!vars', problem: 'there is no such field' },
  ]);
});

test('an id says which object was renamed; what refers to it follows', async () => {
  const inventory = newInventory();
  const document = whole(await bootFiles());
  await applyDocument(inventory, document);
  const { id } = await inventory.profiles.show('web');
  const { web, 'web-big': big } = document.profiles;
  const result = await applyDocument(inventory, {
    profiles: { www: { id, ...web }, 'web-big': { ...big, parent: 'www' } },
  });
  expect(result.changes).toMatchObject([{ name: 'www', oldName: 'web', action: 'changed' }]);
  expect(result.unchanged).toBe(1);
  expect((await inventory.profiles.show('www')).id).toBe(id);
  expect(await exportDocument(inventory, { ids: true })).toMatchObject({
    profiles: { www: { id } },
    systems: { guest1: { profile: 'www' } },
  });
  const unknown = { profiles: { x: { id: `prf_${'a'.repeat(20)}`, distro: 'debian12' } } };
  expect(await refusalOf(applyDocument(inventory, unknown))).toMatchObject([
    { field: 'profiles.x.id', problem: 'there is no profile with this id' },
  ]);
});

test('what frees a MAC or a name comes first', async () => {
  const inventory = newInventory();
  await applyDocument(inventory, { systems: { a: { macs: ['525400000001'] }, b: {} } });
  const { id } = await inventory.systems.show('b');
  const moved = { a: { macs: null }, b: { macs: ['525400000001'] } };
  expect(said(await applyDocument(inventory, { systems: { b: moved.b, a: moved.a } }))).toEqual([
    'changed system a',
    'changed system b',
    '0 unchanged',
  ]);
  await applyDocument(inventory, {
    systems: { b: { macs: null }, c: { id, macs: ['525400000001'] } },
  });
  expect((await inventory.systems.show('c')).id).toBe(id);
  expect((await inventory.systems.show('b')).id).not.toBe(id);
});

test('objects swap their names, two or three of them', async () => {
  const inventory = newInventory();
  const vars = (of: string) => ({ vars: { of } });
  await applyDocument(inventory, { systems: { a: vars('a'), b: vars('b'), c: vars('c') } });
  const ids = Object.fromEntries(
    (await inventory.systems.list()).map(({ name, id }) => [name, id ?? '']),
  );
  const said = (from: string) => ({ id: ids[from], ...vars(from) });
  const swapped = { systems: { b: said('a'), a: said('b'), c: vars('c') } };
  const { changes, unchanged } = await applyDocument(inventory, swapped);
  expect(changes.map(({ name, oldName }) => [name, oldName])).toEqual([
    ['a', 'b'],
    ['b', 'a'],
  ]);
  expect(unchanged).toBe(1);
  expect(await exportDocument(inventory, { ids: true })).toMatchObject(swapped);
  expect((await applyDocument(inventory, swapped)).changes).toEqual([]);
  const round = { systems: { c: said('a'), a: said('c'), b: said('b') } };
  expect((await applyDocument(inventory, round)).changes).toHaveLength(3);
  expect(await exportDocument(inventory, { ids: true })).toMatchObject(round);
  const taken = { systems: { b: said('a') } };
  expect(await refusalOf(applyDocument(inventory, taken))).toMatchObject([
    { field: 'systems.b', problem: 'there is a system "b" already' },
  ]);
});

test('all that is wrong anywhere is told at once, and nothing is written', async () => {
  const inventory = newInventory();
  const document = whole(await bootFiles());
  await applyDocument(inventory, document);
  const before = await exportDocument(inventory);
  const details = await refusalOf(
    applyDocument(inventory, {
      profils: {},
      settings: { minMemoryMiB: 'much' },
      distros: { debian13: { ...document.distros.debian12, famly: 'fai' } },
      profiles: {
        db: { distro: 'debian13' },
        web: { ...document.profiles.web, answerFile: 'site/presed.cfg' },
        x: { parent: 'y' },
        y: { parent: 'x' },
        z: ['list'],
      },
      systems: { new1: { profile: 'db' }, new2: { profile: 'wb', macs: ['52'] }, good: null },
    }),
  );
  expect(details).toMatchInlineSnapshot(`
    [
      {
        "field": "profils",
        "problem": "there is no such noun",
        "remedy": "did you mean "profiles"?",
      },
      {
        "field": "profiles.z",
        "problem": "is no mapping of fields",
      },
      {
        "field": "profiles.y.parent",
        "problem": "leads back to itself: x → y → x",
      },
      {
        "field": "settings.minMemoryMiB",
        "problem": "has to be a number",
        "value": "much",
      },
      {
        "field": "distros.debian13.famly",
        "problem": "there is no such field",
        "remedy": "did you mean "family"?",
      },
      {
        "field": "profiles.web.answerFile",
        "problem": "there is no template "site/presed.cfg"",
        "remedy": "did you mean "site/preseed.cfg"?",
        "value": "site/presed.cfg",
      },
      {
        "field": "systems.new2.macs.0",
        "problem": "not a MAC address: six bytes, as in 52:54:00:12:34:56",
        "value": "52",
      },
      {
        "field": "systems.new2.profile",
        "problem": "there is no profile "wb"",
        "remedy": "did you mean "web"?",
        "value": "wb",
      },
    ]
  `);
  expect(await exportDocument(inventory)).toEqual(before);
});

test('prune removes what the document has not, of the nouns that it has', async () => {
  const inventory = newInventory();
  await applyDocument(inventory, whole(await bootFiles()));
  const document = { systems: { new1: {} } };
  expect(said(await applyDocument(inventory, document, { prune: true }))).toEqual([
    'added system new1',
    'removed system guest1',
    'removed system host1',
    '0 unchanged',
  ]);
  const inUse = { profiles: {}, distros: {} };
  expect(said(await applyDocument(inventory, inUse, { prune: true, dryRun: true }))).toEqual([
    'removed profile web-big',
    'removed profile web',
    'removed distro debian12',
    '0 unchanged',
  ]);
  expect(await refusalOf(applyDocument(inventory, { distros: {} }, { prune: true }))).toMatchObject(
    [{ field: 'distros.debian12', problem: 'distro "debian12" is used by profile web' }],
  );
  const kept = { 'site/preseed.cfg': { text: '' } };
  await applyDocument(inventory, { templates: kept }, { prune: true });
  const { text } = await inventory.templates.show('image/answer-file.sh');
  expect(text).toBe('echo shipped\n');
});

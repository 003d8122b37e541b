import { ResoleError } from '@resole/protocol';
import { expect, test } from 'vitest';
import { openInventory } from '../inventory/inventory.ts';
import { memoryStore } from '../store/memory.ts';
import { type EventFields, type Subject, subjects } from './events.ts';
import { inventoryWithTriggers } from './inventory.ts';
import type { Triggers } from './triggers.ts';

const nameOf = (object: unknown) => (object as { name?: string } | undefined)?.name;

/** An inventory and what its triggers hear; `refuse` says no before it. */
const opened = (wanted: readonly string[] = subjects, refuse?: Subject) => {
  const heard: string[] = [];
  const say = (phase: string, subject: Subject, fields: EventFields) =>
    heard.push(
      `${phase}-${subject} old=${nameOf(fields.old)} new=${nameOf(fields.new)} input=${JSON.stringify(fields.input)}`,
    );
  const triggers: Triggers = {
    wants: (subject) => wanted.includes(subject),
    before: async (subject, fields) => {
      say('before', subject, fields);
      if (subject === refuse) throw new ResoleError('refused-by-plugin', 'no');
    },
    after: async (subject, fields) => void say('after', subject, fields),
  };
  const inventory = openInventory(memoryStore(), {}, () => new Date());
  return { heard, inventory: inventoryWithTriggers(inventory, triggers) };
};

test('each change is asked for and told of, once', async () => {
  const { heard, inventory } = opened();
  await inventory.systems.add({ name: 'web1' });
  await inventory.systems.edit('web1', { comment: 'rack 12' });
  await inventory.systems.edit('web1', { comment: 'rack 12' });
  await inventory.systems.copy('web1', { name: 'web2' });
  await inventory.systems.remove('web2', { dryRun: true });
  await inventory.systems.remove('web2');
  await inventory.settings.edit({ vars: { timezone: 'UTC' } });
  await inventory.templates.add({ name: 'snippets/motd', text: 'hello' });
  expect(heard).toMatchInlineSnapshot(`
    [
      "before-system-add old=undefined new=undefined input={"name":"web1"}",
      "after-system-add old=undefined new=web1 input={"name":"web1"}",
      "before-system-edit old=web1 new=undefined input={"comment":"rack 12"}",
      "after-system-edit old=web1 new=web1 input={"comment":"rack 12"}",
      "before-system-edit old=web1 new=undefined input={"comment":"rack 12"}",
      "before-system-add old=undefined new=undefined input={"name":"web2","copyOf":"web1"}",
      "after-system-add old=undefined new=web2 input={"name":"web2","copyOf":"web1"}",
      "before-system-remove old=web2 new=undefined input=undefined",
      "after-system-remove old=web2 new=undefined input=undefined",
      "before-settings-edit old=undefined new=undefined input={"vars":{"timezone":"UTC"}}",
      "after-settings-edit old=undefined new=undefined input={"vars":{"timezone":"UTC"}}",
      "before-template-add old=undefined new=undefined input={"name":"snippets/motd","text":"hello"}",
      "after-template-add old=undefined new=snippets/motd input={"name":"snippets/motd","text":"hello"}",
    ]
  `);
});

test('a recursive removal asks for all that goes before anything has gone', async () => {
  const { heard, inventory } = opened(['profile-remove', 'system-remove'], 'system-remove');
  const distro = {
    ...{
      name: 'debian',
      family: 'debian-installer',
      breed: 'debian',
      version: '13',
      arch: 'x86_64',
    },
    ...{ kernel: { path: '/proc/version' }, initrd: { path: '/proc/version' } },
  };
  await inventory.distros.add(distro);
  await inventory.profiles.add({ name: 'base', distro: 'debian' });
  await inventory.profiles.add({ name: 'web', parent: 'base' });
  await inventory.systems.add({ name: 'web1', profile: 'web' });
  const removal = inventory.profiles.remove('base', { recursive: true });
  await expect(removal).rejects.toMatchObject({ code: 'refused-by-plugin' });
  expect(await inventory.profiles.list()).toHaveLength(2);
  expect(heard).toMatchInlineSnapshot(`
    [
      "before-system-remove old=web1 new=undefined input=undefined",
    ]
  `);
});

test('what is refused is not done', async () => {
  const { inventory } = opened(subjects, 'system-add');
  await expect(inventory.systems.add({ name: 'web1' })).rejects.toMatchObject({
    code: 'refused-by-plugin',
  });
  expect(await inventory.systems.list()).toEqual([]);
});

test('where nobody listens, nothing is looked up for them', async () => {
  const { heard, inventory } = opened([]);
  await inventory.systems.add({ name: 'web1' });
  await inventory.systems.edit('web1', { comment: 'x' });
  await inventory.systems.remove('web1');
  expect(heard).toEqual([]);
});

/** The whole inventory as one document, which `apply` takes. */
import type { Inventory } from '../inventory/inventory.ts';
import type { Mapping } from '../inventory/merge.ts';
import { nounEntries, settingsOrder } from './nouns.ts';
import { fieldsOf, namesOf, written } from './written.ts';

/** Noun → name → fields; `settings` → fields. Sorted, so that two exports can be compared. */
export type Document = Record<string, Mapping>;

/** @param ids with the ids of objects, by which a later `apply` knows that one was renamed. */
export const exportDocument = async (
  inventory: Inventory,
  { ids = false }: { ids?: boolean | undefined } = {},
): Promise<Document> => {
  const names = await namesOf(inventory);
  const document: Document = {};
  const settings = written(await inventory.settings.show(), settingsOrder, names);
  if (Object.keys(settings).length > 0) document.settings = settings;
  for (const [plural, noun] of nounEntries) {
    const objects = (await noun.service(inventory).list())
      .filter((object) => noun.holds?.(object) !== false)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    if (objects.length === 0) continue;
    document[plural] = Object.fromEntries(
      objects.map((object) => [
        object.name,
        { ...(ids ? { id: object.id } : {}), ...written(object, fieldsOf(noun), names) },
      ]),
    );
  }
  return document;
};

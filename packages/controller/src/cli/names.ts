/** Names in place of ids, for tables. */
import type { Shown } from './noun.ts';
import type { Session } from './session.ts';

/** A function from id to name; what it doesn't know stays as it is. */
export async function namesOf(
  session: Session,
  plural: string,
): Promise<(id: unknown) => string | undefined> {
  const objects = await (await session.client()).get<Shown[]>(`/v1/${plural}`);
  const names = new Map(objects.map(({ id, name }) => [id, name]));
  return (id) => (typeof id === 'string' ? (names.get(id) ?? id) : undefined);
}

/** Conditions on fields, as operators type them: `name=web*`. */
import { type ErrorDetail, ResoleError } from '@resole/protocol';
import { split } from './pairs.ts';

/**
 * The query that asks for objects of which all conditions hold.
 * @throws ResoleError `invalid-input` with all conditions that are none, or that come twice.
 */
export function queryOf(conditions: readonly string[]): string {
  const query = new URLSearchParams();
  const details: ErrorDetail[] = [];
  for (const text of conditions) {
    const [field, value] = split(text) ?? [];
    if (field === undefined || value === undefined) {
      const remedy = `as in name=${text}*`;
      details.push({ field: '', problem: `"${text}" is not field=value`, remedy });
    } else if (query.has(field)) {
      details.push({ field, problem: 'is given twice', remedy: 'one condition for each field' });
    } else query.set(field, value);
  }
  if (details.length > 0) {
    throw new ResoleError('invalid-input', 'some conditions are wrong', { details });
  }
  return `?${query}`;
}

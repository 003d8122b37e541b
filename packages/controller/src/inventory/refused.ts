import { type ErrorDetail, ResoleError } from '@resole/protocol';

interface Marked {
  name?: string;
  refused?: ErrorDetail[] | undefined;
}

/**
 * Lets nothing be made from an object with values that were taken once and are refused since.
 * @param only the field that is used, where that is not the whole object.
 * @throws ResoleError `object-refused` naming each of them.
 */
export const usable = <T extends Marked>(noun: string, object: T, only = ''): T => {
  const details = (object.refused ?? []).filter(
    ({ field }) => only === '' || field.split('.')[0] === only,
  );
  const [first] = details;
  if (first === undefined) return object;
  const what = object.name === undefined ? `the ${noun}` : `${noun} "${object.name}"`;
  const said = details.length === 1 ? `: ${first.field}: ${first.problem}` : '';
  throw new ResoleError(
    'object-refused',
    `${what} was written by an earlier version and holds what is refused since${said}`,
    {
      remedy: `put it right: resole ${noun} edit${object.name === undefined ? '' : ` ${object.name}`}`,
      details,
    },
  );
};

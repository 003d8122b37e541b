/** What an operator is told whose tree was not understood. */
import { ResoleError } from '@resole/protocol';
import type { Recognised, Wanted } from './recognise.ts';
import type { Signature } from './signature.ts';
import type { Looked } from './tree.ts';

const remedy =
  'is it the folder that holds these files (not one above or below)? Otherwise register it by hand: resole distro add --help';

/** Names at the top that are told; a wrong folder is seen by fewer. */
const MOST_NAMED = 12;

/**
 * With the list of what was looked for, and what was found.
 * @param top names directly in the tree; undefined where that can't be told.
 */
export function unrecognised(
  name: string,
  looked: readonly Looked[],
  wanted: Wanted,
  top: readonly string[] | undefined,
): ResoleError {
  const asked = Object.entries(wanted).map(([field, value]) => `${field} ${value}`);
  const as = asked.length === 0 ? '' : ` as ${asked.join(', ')}`;
  // What is there says more than what is not.
  const sorted = [...looked].sort(
    (a, b) => Number(a.found === 'not there') - Number(b.found === 'not there'),
  );
  return new ResoleError(
    'tree-unrecognised',
    `nothing that installs is recognised in ${name}${as}`,
    {
      remedy,
      details: [
        ...(top === undefined ? [] : [{ field: 'at its top', problem: listed(top) }]),
        ...sorted.map(({ path, found }) => ({ field: path, problem: found })),
      ],
    },
  );
}

const listed = (names: readonly string[]): string => {
  if (names.length === 0) return 'nothing';
  const rest = names.length - MOST_NAMED;
  const first = names.toSorted().slice(0, MOST_NAMED).join(', ');
  return rest > 0 ? `${first} and ${rest} more` : first;
};

/** What an installer that asks people is refused with: a job of it would wait for somebody. */
export function unattendable(name: string, { os, refused }: Signature): ResoleError {
  return new ResoleError('tree-unrecognised', `${name} is ${os}; ${refused?.problem}`, {
    ...(refused === undefined ? {} : { remedy: refused.remedy }),
  });
}

/** A mirror with several releases: one must be named. */
export function ambiguous(name: string, recognised: readonly Recognised[]): ResoleError {
  const releases = [...new Set(recognised.map(({ codename, version }) => codename ?? version))];
  return new ResoleError(
    'invalid-input',
    `${name} holds several releases: ${releases.join(', ')}`,
    { remedy: `name one: --release ${releases[0]}` },
  );
}

/** What the commands of the inventory's nouns have in common. */
import type { FieldFlags, Fields } from './flags.ts';
import type { Column } from './output.ts';
import type { Session } from './session.ts';

/** An object as the API gives it; a template that comes with Resole has no id and revision yet. */
export interface Shown extends Fields {
  id?: string;
  name: string;
  revision?: number;
  comment?: string;
}

/** What one noun has of its own. */
export interface Noun {
  noun: string;
  plural: string;
  flags: FieldFlags;
  /** Columns of the list; may ask for more, to show names in place of ids. */
  columns(session: Session): Promise<Column<Shown>[]>;
  /** More of `show`: with what is inherited; only the text of a template. */
  show?: 'resolved' | 'text';
  /** Fields that belong to one object only, which a copy doesn’t get. */
  own?: readonly string[];
  /** Stands below the flags of `add`, `edit` and `copy`. */
  notes?: string;
  examples: {
    add: string[];
    edit: string[];
    find: string[];
    copy?: string[];
    show?: string[];
    list?: string[];
  };
}

/** The address of an object, by name or id. */
export const pathOf = ({ plural }: { plural: string }, ref?: string): string =>
  `/v1/${plural}${ref === undefined ? '' : `/${encodeURIComponent(ref)}`}`;

export const articled = (word: string): string => `a${/^[aeiou]/.test(word) ? 'n' : ''} ${word}`;

export const examplesText = (lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  ${line}\n`).join('')}`;

/** The help below the flags: notes, then examples. */
export const helpText = ({ notes = '' }: Noun, lines: readonly string[]): string =>
  `${notes}${examplesText(lines)}`;

export const fileFlag = [
  '--file <file>',
  'take the fields from a YAML file, - for standard input',
] as const;

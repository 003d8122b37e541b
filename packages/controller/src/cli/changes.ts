/** What an apply changes, as text: a diff of each object. */
import { styleText } from 'node:util';
import { type DiffLine, diffLines } from './diff.ts';
import { asYaml } from './output.ts';

type Fields = Record<string, unknown>;

/** The reply of `POST /v1/apply`. */
export interface Applied {
  changes: {
    noun: string;
    name: string;
    action: 'added' | 'changed' | 'removed';
    oldName?: string;
    before?: Fields;
    after?: Fields;
  }[];
  unchanged: number;
}

const signs = { added: '+', changed: '~', removed: '-' } as const;
const colours = { added: 'green', changed: 'yellow', removed: 'red' } as const;
const prefixes = { same: '    ', gap: '    ', gone: '  - ', new: '  + ' } as const;

export function changesText({ changes }: Applied, colour: boolean): string {
  const style = (format: 'green' | 'yellow' | 'red' | 'dim', text: string) =>
    colour ? styleText(format, text, { validateStream: false }) : text;
  const line = ({ kind, text }: DiffLine) => {
    const shown = `${prefixes[kind]}${text}`.trimEnd();
    if (kind === 'gone') return style('red', shown);
    return style(kind === 'new' ? 'green' : 'dim', shown);
  };
  return changes
    .map(({ noun, name, action, oldName, before, after }) => {
      const what = noun === 'settings' ? noun : `${noun} ${name}`;
      const renamed = oldName === undefined ? '' : ` (was ${oldName})`;
      const lines = diffLines(yaml(before), yaml(after));
      return [style(colours[action], `${signs[action]} ${what}${renamed}`), ...lines.map(line)]
        .map((text) => `${text}\n`)
        .join('');
    })
    .join('');
}

/** `3 to add, 1 to change`; in the past tense when it is done. */
export function countsText({ changes, unchanged }: Applied, done: boolean): string {
  const count = (action: keyof typeof signs, infinitive: string) => {
    const number = changes.filter((change) => change.action === action).length;
    return number === 0 ? [] : [done ? `${number} ${action}` : `${number} to ${infinitive}`];
  };
  return [
    ...count('added', 'add'),
    ...count('changed', 'change'),
    ...count('removed', 'remove'),
    `${unchanged} unchanged`,
  ].join(', ');
}

const yaml = (fields: Fields | undefined): string =>
  fields === undefined || Object.keys(fields).length === 0 ? '' : asYaml(fields);

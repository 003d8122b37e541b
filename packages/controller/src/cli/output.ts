/** What commands print: tables for people, JSON and YAML for programs. */
import { styleText } from 'node:util';
import { stringify } from 'yaml';
import type { Screen } from './context.ts';

export type Format = 'table' | 'json' | 'yaml';

export interface Column<Row> {
  title: string;
  of(row: Row): string | number | boolean | undefined;
}

export interface Output {
  format: Format;
  /** Rows as a table, or as they are. */
  list<Row>(rows: readonly Row[], columns: readonly Column<Row>[], empty: string): void;
  /** One object: YAML is also what people see. */
  object(value: unknown): void;
  /** A sentence for people; programs get the value instead. */
  done(sentence: string, value: unknown): void;
}

export function createOutput(screen: Screen, format: Format, colour: boolean): Output {
  const line = (text: string) => screen.write(`${text}\n`);
  const data = (value: unknown) =>
    format === 'json' ? line(JSON.stringify(value, null, 2)) : screen.write(asYaml(value));
  return {
    format,
    list: (rows, columns, empty) => {
      if (format !== 'table') data(rows);
      else if (rows.length === 0) line(empty);
      else line(table(rows, columns, colour));
    },
    object: data,
    done: (sentence, value) => {
      if (format === 'table') line(sentence);
      else data(value);
    },
  };
}

export const asYaml = (value: unknown): string => stringify(value, { lineWidth: 0 });

function table<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  colour: boolean,
): string {
  const cells = rows.map((row) => columns.map(({ of }) => oneLine(of(row))));
  const titles = columns.map(({ title }) => title.toUpperCase());
  const widths = titles.map((title, index) =>
    Math.max(title.length, ...cells.map((row) => row[index]?.length ?? 0)),
  );
  const join = (row: readonly string[]) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd();
  const head = join(titles);
  return [
    colour ? styleText('bold', head, { validateStream: false }) : head,
    ...cells.map(join),
  ].join('\n');
}

const oneLine = (value: string | number | boolean | undefined): string =>
  value === undefined || value === '' ? '-' : String(value).replaceAll(/\s+/g, ' ');

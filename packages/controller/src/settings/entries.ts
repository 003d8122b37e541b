/** A table of settings as a flat list, with the names that each setting has everywhere. */
import type { Setting, SettingTable } from './table.ts';

export interface Entry {
  /** `['api', 'port']`. */
  path: string[];
  /** `api.port`, as in the file. */
  name: string;
  /** `RESOLE_API_PORT`. */
  variable: string;
  /** `--api-port`. */
  flag: string;
  setting: Setting<unknown>;
}

export function entriesOf(table: SettingTable, parents: string[] = []): Entry[] {
  return Object.entries(table).flatMap(([key, value]) => {
    const path = [...parents, key];
    if (!isSetting(value)) return entriesOf(value, path);
    const words = path.flatMap((part) => part.split(/(?=[A-Z])/)).map((word) => word.toLowerCase());
    return [
      {
        path,
        name: path.join('.'),
        variable: `RESOLE_${words.join('_').toUpperCase()}`,
        flag: `--${words.join('-')}`,
        setting: value,
      },
    ];
  });
}

const isSetting = (value: Setting<unknown> | SettingTable): value is Setting<unknown> =>
  'description' in value && typeof value.description === 'string';

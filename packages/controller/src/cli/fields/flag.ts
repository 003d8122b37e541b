/** How fields of inventory objects are said on a command line. */

/** How a flag's text becomes the field's value; `flag-values.ts` has the code for each. */
export type FlagKind =
  | 'text'
  | 'number'
  /** `--x` and `--no-x`. */
  | 'switch'
  /** Repeatable; together they replace the list. */
  | 'list'
  /** Repeatable; each file's lines are added to the list. */
  | 'lines-of-files'
  /** The text of a file, `-` for standard input. */
  | 'text-of-file'
  /** The first line of a file: a secret, which must not stand on a command line. */
  | 'line-of-file'
  /** A path, made absolute. */
  | 'path'
  /** A path, made absolute, or a URL. */
  | 'place'
  /** Repeatable `key=value` (text) or `key:=value` (YAML), merged into the map. */
  | 'variables'
  /** Repeatable `key` or `key=value`, merged into the map. */
  | 'words'
  /** The same, where a repeated key has all of its values: `console=tty0`, `console=ttyS0`. */
  | 'kernel-arguments'
  /** Repeatable `key`, set to null: takes an inherited key away. */
  | 'without'
  /** Takes the inherited value of the field away. */
  | 'taken'
  /** Repeatable `key=number`, merged into the map. */
  | 'numbers'
  /** Repeatable guests' disks; together they replace the list. `virt-disk.ts` */
  | 'virt-disks'
  /** Repeatable network interfaces, each changed as its text says. `interface-flag.ts` */
  | 'interfaces'
  /** Repeatable `key`: taken out of the map. */
  | 'drop';

export interface FieldFlag {
  /** As commander reads it: `--kernel <path>`. */
  flag: string;
  kind: FlagKind;
  /** Where the value goes, below the field: `path` of the field `kernel`. */
  inner?: string;
  help: string;
  choices?: readonly string[];
}

/** The flags of some fields; the compiler names every field that has none. */
export type FlagsOf<Field extends string> = Readonly<Record<Field, readonly FieldFlag[]>>;

/** Every field of a schema but the name, a positional argument, and `!field`, a flag of that field. */
export type Flags<Input> = FlagsOf<Exclude<keyof Required<Input>, 'name' | `!${string}`> & string>;

/** The flags of a field that has fields of its own. */
export const within = (flags: FlagsOf<string>): FieldFlag[] =>
  Object.entries(flags).flatMap(([inner, specs]) => specs.map((spec) => ({ ...spec, inner })));

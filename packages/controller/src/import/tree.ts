/** What a recogniser sees of an install tree, wherever the tree is. Paths are relative, with "/". */

export interface Range {
  offset: number;
  length: number;
}

export interface TreeReader {
  /** Names directly in a folder ('' is the tree itself); undefined where that can't be told. */
  list(folder: string): Promise<readonly string[] | undefined>;
  /** Size of a file in bytes; undefined where there is none. -1: there is one, of unknown size. */
  size(path: string): Promise<number | undefined>;
  /** A file, or a range of it (less where it ends earlier); undefined where there is none. */
  read(path: string, range?: Range): Promise<Buffer | undefined>;
}

/** One thing that was looked for in a tree. */
export interface Looked {
  path: string;
  /** What came of it: `there`, `not there`, or what is wrong with its text. */
  found: string;
}

/** Keeps what it was asked for, and what was found. */
export interface RecordingReader extends TreeReader {
  looked: Map<string, string>;
}

/** A reader that asks for nothing twice and keeps what it was asked for. */
export function recording(reader: TreeReader): RecordingReader {
  const looked = new Map<string, string>();
  const answers = new Map<string, Promise<unknown>>();
  const once = <T>(key: string, ask: () => Promise<T>): Promise<T> => {
    const known = answers.get(key) as Promise<T> | undefined;
    if (known !== undefined) return known;
    const answer = ask();
    answers.set(key, answer);
    return answer;
  };
  const noted = (path: string, there: boolean) => {
    if (!looked.has(path)) looked.set(path, there ? 'there' : 'not there');
  };
  return {
    looked,
    list: (folder) => once(`list ${folder}`, () => reader.list(folder)),
    size: (path) =>
      once(`size ${path}`, async () => {
        const size = await reader.size(path);
        noted(path, size !== undefined);
        return size;
      }),
    read: (path, range) =>
      once(`read ${path} ${range?.offset ?? ''} ${range?.length ?? ''}`, async () => {
        const content = await reader.read(path, range);
        noted(path, content !== undefined);
        return content;
      }),
  };
}

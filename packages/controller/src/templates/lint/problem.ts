/** Something that a checker found in a rendered text. */
export interface Problem {
  /** Counted from 1; absent where it is about the whole text. */
  line?: number | undefined;
  problem: string;
}

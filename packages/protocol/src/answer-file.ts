import { z } from 'zod';

/** A file of a rendered answer file. */
export const AnswerFile = z.object({
  /** Relative; the template's own name where there is but one. */
  path: z.string(),
  template: z.string(),
  /** What begins with `#!` is executable: FAI runs hooks and scripts only then. */
  mode: z.union([z.literal(0o644), z.literal(0o755)]),
  text: z.string(),
});
export type AnswerFile = z.infer<typeof AnswerFile>;

/** An answer file as it is shown to people, without a job. */
export const AnswerFilePreview = z.object({
  /** As in the profile: a template, or with a slash at its end a folder. */
  template: z.string(),
  /** The file that a template of one piece becomes, or a seed's user-data; a folder has none. */
  main: z.string().optional(),
  files: z.array(AnswerFile),
  /** What stands for what is not known of the machine, or not told. */
  notes: z.array(z.string()),
});
export type AnswerFilePreview = z.infer<typeof AnswerFilePreview>;

/** Something that lint found, however often it was met. */
export const LintFinding = z.object({
  severity: z.enum(['error', 'hint']),
  template: z.string(),
  /** Of the template; with `checker`, of the rendered text. */
  line: z.int().optional(),
  problem: z.string(),
  remedy: z.string().optional(),
  excerpt: z.string().optional(),
  /** Who found it in the rendered text. */
  checker: z.string().optional(),
  /** What it was rendered for; nothing for what the template's own text shows. */
  subjects: z.array(z.string()),
});
export type LintFinding = z.infer<typeof LintFinding>;

/** One checker and what came of it. */
export const CheckerTally = z.object({
  checker: z.string(),
  passed: z.int(),
  failed: z.int(),
  /** Texts that it could not look at, since its program is not there. */
  notChecked: z.int(),
  missing: z.object({ command: z.string(), package: z.string() }).optional(),
});
export type CheckerTally = z.infer<typeof CheckerTally>;

export const LintReport = z.object({
  /** Templates that were read. */
  templates: z.int(),
  /** Files that were rendered. */
  rendered: z.int(),
  findings: z.array(LintFinding),
  checkers: z.array(CheckerTally),
});
export type LintReport = z.infer<typeof LintReport>;

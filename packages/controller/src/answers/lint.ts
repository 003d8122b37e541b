/** All templates, tried on all profiles, and what comes out put before the real checkers. */
import { type LintReport, ResoleError } from '@resole/protocol';
import type { AgentPayload } from '../plan/answer.ts';
import { commandLineOf } from '../plan/command-line.ts';
import { families } from '../plan/families.ts';
import type { Templates } from '../templates/environment.ts';
import { checkText } from '../templates/lint/check.ts';
import { type FileKind, kindOf } from '../templates/lint/kinds.ts';
import { lintSource } from '../templates/lint/source.ts';
import { partsOf } from '../templates/parts.ts';
import { reachableFrom } from '../templates/references.ts';
import type { RenderPool } from '../templates/worker/pool.ts';
import { filled, standIns } from './fill.ts';
import { Findings } from './findings.ts';
import { previewOf, type Subject } from './preview.ts';
import { renderFiles } from './render.ts';

/** Something that an answer file is rendered for, as people are told of it. */
export interface LintSubject extends Subject {
  title: string;
}

interface Text {
  kind: FileKind;
  version: string;
  template: string;
  text: string;
  subjects: string[];
}

/** Checking programs that run at once. */
const LANES = 2;

/**
 * @param names just these templates, and the subjects that they are used for
 * @throws ResoleError `not-found` for a name that is none
 */
export const lint = async (
  subjects: readonly LintSubject[],
  templates: Templates,
  agent: AgentPayload,
  pool: Pick<RenderPool, 'renderAll'>,
  names?: readonly string[],
): Promise<LintReport> => {
  const wanted = names ?? Object.keys(templates);
  const absent = wanted.find((name) => !Object.hasOwn(templates, name));
  if (absent !== undefined) {
    throw new ResoleError('not-found', `there is no template "${absent}"`, {
      remedy: 'see which there are: resole template list',
    });
  }
  const findings = new Findings();
  for (const name of wanted) {
    for (const problem of lintSource(name, templates)) {
      const { line, ...rest } = problem;
      findings.add({ template: name, ...rest, ...(line === undefined ? {} : { line }) });
    }
  }
  const texts = new Map<string, Text>();
  for (const subject of subjects) {
    if (!uses(subject, templates, names)) continue;
    tryCommandLine(subject, templates, findings);
    await tryOn(subject, templates, agent, pool, findings, texts);
  }
  const waiting = [...texts.values()];
  const lane = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { kind, version, template, text } = next;
      for (const verdict of await checkText(kind, { text, version })) {
        findings.addVerdict(verdict, template, next.subjects, text);
      }
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return findings.report(wanted.length);
};

const answerFileOf = ({ options, distro }: Subject): string | undefined =>
  options.answerFile ?? families[distro.family].answerFile;

const bootArgsOf = ({ options, distro }: Subject): string | undefined =>
  options.bootArgs ?? families[distro.family].bootArgs;

const uses = (subject: Subject, templates: Templates, names?: readonly string[]): boolean => {
  if (names === undefined) return true;
  const answerFile = answerFileOf(subject);
  const bootArgs = bootArgsOf(subject);
  const usual = families[subject.distro.family].answerFile;
  const parts =
    answerFile === undefined ? [] : Object.values(partsOf(answerFile, templates, usual));
  const roots = bootArgs === undefined ? parts : [...parts, bootArgs];
  const reached = reachableFrom(roots, templates);
  return names.some((name) => reached.includes(name));
};

/** Kernel command lines have no checker: that they can be rendered is all that is asked. */
const tryCommandLine = (subject: LintSubject, templates: Templates, findings: Findings): void => {
  const template = bootArgsOf(subject);
  if (template === undefined) return;
  try {
    commandLineOf({ ...subject, templates }, []);
    findings.rendered += 1;
  } catch (error) {
    if (!(error instanceof ResoleError)) throw error;
    findings.addError(error, template, subject.title);
  }
};

const tryOn = async (
  subject: LintSubject,
  templates: Templates,
  agent: AgentPayload,
  pool: Pick<RenderPool, 'renderAll'>,
  findings: Findings,
  texts: Map<string, Text>,
): Promise<void> => {
  const { job, secrets } = standIns('http://controller.example.org:8080');
  const { family, version } = subject.distro;
  try {
    const made = previewOf(subject, job, agent);
    if (!made) return;
    const parts = partsOf(made.answer.template, templates, families[family].answerFile);
    const variables = filled(made.answer.variables, secrets);
    const files = await renderFiles(pool, { ...made.answer, variables, parts }, templates);
    findings.rendered += files.length;
    for (const { path, template, text } of files) {
      const kind = kindOf(path, text, family);
      const key = `${kind} ${version} ${template}\n${text}`;
      const known = texts.get(key) ?? { kind, version, template, text, subjects: [] };
      known.subjects.push(subject.title);
      texts.set(key, known);
    }
  } catch (error) {
    if (!(error instanceof ResoleError)) throw error;
    findings.addError(error, answerFileOf(subject) ?? '', subject.title);
  }
};

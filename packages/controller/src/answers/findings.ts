/** What lint found, the same thing told once however often it was met. */
import type { CheckerTally, LintFinding, LintReport, ResoleError } from '@resole/protocol';
import type { Verdict } from '../templates/lint/check.ts';

export class Findings {
  readonly #found = new Map<string, LintFinding>();
  readonly #tallies = new Map<string, CheckerTally>();
  rendered = 0;

  add(finding: Omit<LintFinding, 'subjects'>, subject?: string): void {
    const { template, line, problem, checker } = finding;
    const key = JSON.stringify([template, line, problem, checker]);
    const known = this.#found.get(key) ?? { ...finding, subjects: [] };
    if (subject !== undefined && !known.subjects.includes(subject)) known.subjects.push(subject);
    this.#found.set(key, known);
  }

  /** A render that failed: the error's own place and excerpt. */
  addError(error: ResoleError, template: string, subject: string): void {
    const [detail] = error.details;
    const [, name = template, line] = /^(.*?)(?::(\d+))?$/.exec(detail?.field ?? '') ?? [];
    const excerpt = error.message.split('\n').slice(1).join('\n');
    this.add(
      {
        severity: 'error',
        template: error.code === 'template-error' && name !== '' ? name : template,
        ...(line === undefined ? {} : { line: Number(line) }),
        problem: detail?.problem ?? error.message,
        ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
        ...(excerpt === '' ? {} : { excerpt }),
      },
      subject,
    );
  }

  addVerdict(verdict: Verdict, template: string, subjects: readonly string[], text: string): void {
    const { checker, state, problems, missing } = verdict;
    const tally = this.#tallies.get(checker) ?? { checker, passed: 0, failed: 0, notChecked: 0 };
    this.#tallies.set(checker, {
      ...tally,
      passed: tally.passed + (state === 'passed' ? 1 : 0),
      failed: tally.failed + (state === 'failed' ? 1 : 0),
      notChecked: tally.notChecked + (state === 'not-checked' ? 1 : 0),
      ...(missing === undefined ? {} : { missing }),
    });
    for (const { line, problem } of problems) {
      const written = line === undefined ? undefined : text.split('\n')[line - 1];
      for (const subject of subjects) {
        this.add(
          {
            severity: 'error',
            template,
            ...(line === undefined ? {} : { line }),
            problem,
            checker,
            ...(written === undefined
              ? {}
              : { excerpt: `>${String(line).padStart(5)} | ${written}` }),
          },
          subject,
        );
      }
    }
  }

  report(templates: number): LintReport {
    return {
      templates,
      rendered: this.rendered,
      findings: [...this.#found.values()].sort(
        (a, b) =>
          (a.severity === b.severity ? 0 : a.severity === 'error' ? -1 : 1) ||
          (a.template < b.template ? -1 : a.template > b.template ? 1 : 0) ||
          (a.line ?? 0) - (b.line ?? 0),
      ),
      checkers: [...this.#tallies.values()].sort((a, b) => (a.checker < b.checker ? -1 : 1)),
    };
  }
}

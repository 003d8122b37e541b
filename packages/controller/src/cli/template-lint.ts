/** `resole template lint`. */
import { styleText } from 'node:util';
import { type LintFinding, type LintReport, ResoleError } from '@resole/protocol';
import type { Command } from 'commander';
import type { Client } from './client.ts';
import type { CliContext } from './context.ts';
import { examplesText } from './noun.ts';
import { coloured, openSession, type Session } from './session.ts';

export function registerTemplateLint(template: Command, context: CliContext): void {
  const lint = template
    .command('lint')
    .description('try templates on all profiles, and what comes out on the real checkers')
    .argument('[name...]', 'just these templates, and the profiles that use them');
  lint.addHelpText(
    'after',
    examplesText(['resole template lint', 'resole template lint my-preseed --output json']),
  );
  lint.action(async (names: string[]) => {
    const session = await openSession(lint, context);
    const report = await lintTemplates(session, names);
    if (session.output.format === 'table') print(report, context, session);
    else session.output.object(report);
    const errors = report.findings.filter(({ severity }) => severity === 'error').length;
    if (errors === 0) return;
    throw new ResoleError('template-error', `${errors} ${errors === 1 ? 'error' : 'errors'} found`);
  });
}

/** Thousands of profiles take minutes. */
const PATIENCE_MS = 30 * 60_000;

const lintTemplates = async (session: Session, names: readonly string[]): Promise<LintReport> =>
  (await session.client()).send(
    'POST',
    '/v1/templates/lint',
    names.length === 0 ? {} : { names },
    undefined,
    PATIENCE_MS,
  );

/** What is wrong with a template's own text, on standard error: beside what a command shows of it. */
export async function tellProblems(
  client: Client,
  context: CliContext,
  name: string,
): Promise<void> {
  const body = { names: [name], render: false };
  const { findings } = await client.send<LintReport>('POST', '/v1/templates/lint', body);
  for (const finding of findings) context.stderr.write(`${findingText(finding)}\n`);
}

/** `template:line: problem`, the place, for what it was rendered, what to do. */
export const findingText = (finding: LintFinding): string => {
  const { template, line, problem, remedy, excerpt, checker, subjects } = finding;
  const rendered = checker === undefined ? '' : ' (rendered)';
  const place = `${template}${rendered}${line === undefined ? '' : `:${line}`}`;
  const [first, second, ...rest] = subjects;
  const others = rest.length === 0 ? '' : `, and ${rest.length} more`;
  return [
    `${finding.severity}: ${place}: ${checker === undefined ? '' : `${checker}: `}${problem}`,
    ...(excerpt === undefined ? [] : [excerpt]),
    ...(first === undefined
      ? []
      : [`  for ${[first, second].filter((each) => each).join('; ')}${others}`]),
    ...(remedy === undefined ? [] : [`  → ${remedy}`]),
  ].join('\n');
};

function print(
  { templates, rendered, findings, checkers }: LintReport,
  context: CliContext,
  session: Session,
): void {
  const colour = coloured(context.stdout, context.host.env);
  for (const finding of findings) {
    const text = findingText(finding);
    const tinted = colour && finding.severity === 'error';
    context.stdout.write(`${tinted ? text.replace('error', styleText('red', 'error')) : text}\n`);
  }
  if (checkers.length > 0) {
    session.output.list(
      checkers,
      [
        { title: 'checker', of: ({ checker }) => checker },
        { title: 'passed', of: ({ passed }) => passed },
        { title: 'failed', of: ({ failed }) => failed },
        { title: 'not checked', of: ({ notChecked }) => notChecked },
      ],
      '',
    );
  }
  const missing = checkers.flatMap((each) => (each.missing ? [each.missing] : []));
  for (const { command, package: name } of missing) {
    context.stdout.write(`not checked: ${command} is not installed on the controller\n`);
    context.stdout.write(`  → apt-get install --no-install-recommends ${name}\n`);
  }
  const read = `${templates} template${templates === 1 ? '' : 's'} read`;
  context.stdout.write(`${read}, ${rendered} file${rendered === 1 ? '' : 's'} rendered\n`);
}

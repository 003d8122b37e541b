/** Templates in Jinja2's language (minijinja) to text: pure, strict, and safe to feed with anything. */
import { ResoleError } from '@resole/protocol';
import { Environment } from 'minijinja-js';
import { filters } from './filters.ts';

/** All templates and snippets that a render may use: name → text. */
export type Templates = Readonly<Record<string, string>>;

/** Instructions that one render may take: a template cannot keep the controller busy. */
const fuel = 5_000_000;

/** Names for which minijinja would escape values; see `plain`. */
const escapedNames = /\.(html?|xml|json5?|js|ya?ml)(\.(j2|jinja2?))?$/;

/**
 * Renders the template `name`. A variable that is missing, null or undefined is an error where it
 * is used (`default(…)` and `is defined` work); nothing is escaped except by the filters `sh` and
 * `json`.
 * @throws ResoleError 'template-error' with template, line and the lines around it
 */
export function render(name: string, templates: Templates, variables: object): string {
  if (!Object.hasOwn(templates, name)) {
    throw new ResoleError('template-error', `there is no template ${name}`);
  }
  const context = withoutNulls(variables);
  const outcome = attempt(name, templates, context);
  if (typeof outcome === 'string') return outcome;
  throw toError(innermost(outcome, templates, context), templates);
}

interface Failure {
  problem: string;
  template: string;
  line: number | undefined;
}

/**
 * One render in an environment of its own: after an error an environment answers wrongly. Debug
 * mode stays off, since it puts the values of variables (secrets among them) into messages. A
 * template with a mistake in its syntax harms only those that use it.
 */
function attempt(name: string, templates: Templates, context: unknown): string | Failure {
  const environment = new Environment();
  const broken = new Map<string, Failure>();
  try {
    environment.undefinedBehavior = 'strict';
    environment.keepTrailingNewline = true;
    environment.trimBlocks = true;
    environment.lstripBlocks = true;
    environment.fuel = fuel;
    environment.enablePyCompat();
    for (const [filter, apply] of Object.entries(filters)) environment.addFilter(filter, apply);
    for (const [template, text] of Object.entries(templates)) {
      try {
        environment.addTemplate(template, plain(template, text));
      } catch (error) {
        broken.set(template, toFailure(error, template));
      }
    }
    return broken.get(name) ?? environment.renderTemplate(name, context);
  } catch (error) {
    const failure = toFailure(error, name);
    const absent = /^template not found: .*template "(.+)"/.exec(failure.problem)?.[1];
    return broken.get(absent ?? '') ?? failure;
  } finally {
    environment.free();
  }
}

/** minijinja escapes by file name and lets nobody turn that off but the template itself. */
function plain(name: string, text: string): string {
  return escapedNames.test(name) ? `{% autoescape false +%}${text}{% endautoescape +%}` : text;
}

/** Takes a message like `undefined value (in NAME:12)` apart. */
function toFailure(error: unknown, name: string): Failure {
  const message = error instanceof Error ? error.message : String(error);
  const [first = ''] = message.split('\n');
  const where = /^(.*) \(in (.+):(\d+)\)$/.exec(first) ?? /\(in (.+):(\d+)\)/.exec(message);
  const [template = name, line] = where?.slice(-2) ?? [];
  const refusal = /JsValue\(Symbol\((.*?)\)\)/.exec(message)?.[1];
  const problem = refusal ?? first.replace(/ \(in .+:\d+\)$/, '');
  return { problem, template, line: line === undefined ? undefined : Number(line) };
}

/** minijinja says only that an include failed: the snippet alone, rendered again, says why. */
function innermost(failure: Failure, templates: Templates, context: unknown): Failure {
  const included = /^could not render include: error in "(.+)"$/.exec(failure.problem)?.[1];
  if (included === undefined || !Object.hasOwn(templates, included)) return failure;
  const outcome = attempt(included, templates, context);
  return typeof outcome === 'string' ? failure : innermost(outcome, templates, context);
}

function toError({ problem, template, line }: Failure, templates: Templates): ResoleError {
  const place = line === undefined ? `template ${template}` : `template ${template}, line ${line}`;
  const excerpt = line === undefined ? '' : `\n${excerptOf(templates[template] ?? '', line)}`;
  return new ResoleError('template-error', `${place}: ${problem}${excerpt}`, {
    details: [{ field: line === undefined ? template : `${template}:${line}`, problem }],
  });
}

/** The line (counted from 1) with one before and one after it. */
function excerptOf(text: string, line: number): string {
  return text
    .split('\n')
    .map((content, index) => ({ content, number: index + 1 }))
    .filter(({ number }) => Math.abs(number - line) <= 1)
    .map(({ content, number }) =>
      `${number === line ? '>' : ' '}${String(number).padStart(5)} | ${content}`.trimEnd(),
    )
    .join('\n');
}

/** Null and undefined mean "not set": else minijinja prints the word `none`. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter(isSet).map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, entry]) => isSet(entry))
      .map(([key, entry]) => [key, withoutNulls(entry)]),
  );
}

const isSet = (value: unknown): boolean => value !== undefined && value !== null;

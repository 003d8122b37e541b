/** An environment of the template engine with the templates that a render needs. */
import type { Environment } from 'minijinja-js';
import { discardEngine, engine, isBroken } from './engine.ts';
import { filters } from './filters.ts';

/** Templates and snippets: name → text. */
export type Templates = Readonly<Record<string, string>>;

/** What went wrong, and where. */
export interface Failure {
  problem: string;
  template: string;
  line: number | undefined;
}

/** Templates that were read once and can be rendered again and again, until one fails. */
export interface Prepared {
  /** @param context what `contextOf` made of the variables. */
  render(name: string, context: unknown): string | Failure;
  free(): void;
}

/** Instructions that one render may take: a template cannot keep the controller busy. */
const fuel = 5_000_000;

/** Characters of one rendered text. */
const maxLength = 8 * 1024 * 1024;

/** Names for which minijinja would escape values; see `plain`. */
const escapedNames = /\.(html?|xml|json5?|js|ya?ml)(\.(j2|jinja2?))?$/;

/**
 * Reads templates into an environment of their own. After a failure the environment is not used any
 * more, since it would answer wrongly: the next render makes another. Debug mode stays off: it puts
 * the values of variables (secrets among them) into messages. A template with a mistake in its
 * syntax harms only those that use it.
 */
export const prepare = (templates: Templates): Prepared => {
  let ready: { environment: Environment; broken: ReadonlyMap<string, Failure> } | undefined;
  const free = () => {
    try {
      ready?.environment.free();
    } catch {
      // Of an engine that is broken as a whole nothing can be freed.
    }
    ready = undefined;
  };
  return {
    free,
    render: (name, context) => {
      try {
        ready ??= read(templates);
        const text = ready.broken.get(name) ?? ready.environment.renderTemplate(name, context);
        if (typeof text === 'string' && text.length > maxLength) {
          return { problem: `more than ${maxLength} characters`, template: name, line: undefined };
        }
        return text;
      } catch (error) {
        const broken = ready?.broken;
        free();
        if (isBroken(error)) {
          discardEngine();
          return { problem: 'it takes too much memory', template: name, line: undefined };
        }
        const failure = toFailure(error, name);
        const absent = /^template not found: .*template "(.+)"/.exec(failure.problem)?.[1];
        return broken?.get(absent ?? '') ?? failure;
      }
    },
  };
};

/**
 * Renders, and says of a failure in an included template where it is: minijinja says only that an
 * include failed, so the snippet alone is rendered again.
 */
export const renderWith = (
  prepared: Prepared,
  name: string,
  context: unknown,
  within: readonly string[] = [],
): string | Failure => {
  const outcome = prepared.render(name, context);
  if (typeof outcome === 'string') return outcome;
  const included = /^could not render include: error in "(.+)"$/.exec(outcome.problem)?.[1];
  if (included === undefined) return outcome;
  const path = [...within, name];
  if (path.includes(included)) return { ...outcome, problem: `it includes itself, in ${included}` };
  const inner = renderWith(prepared, included, context, path);
  return typeof inner === 'string' ? outcome : inner;
};

const read = (templates: Templates) => {
  const environment = new (engine().Environment)();
  environment.undefinedBehavior = 'strict';
  environment.keepTrailingNewline = true;
  environment.trimBlocks = true;
  environment.lstripBlocks = true;
  environment.fuel = fuel;
  environment.enablePyCompat();
  for (const [filter, apply] of Object.entries(filters)) environment.addFilter(filter, apply);
  const broken = new Map<string, Failure>();
  for (const [name, text] of Object.entries(templates)) {
    try {
      environment.addTemplate(name, plain(name, text));
    } catch (error) {
      if (isBroken(error)) throw error;
      broken.set(name, toFailure(error, name));
    }
  }
  return { environment, broken };
};

/** minijinja escapes by file name and lets nobody turn that off but the template itself. */
const plain = (name: string, text: string): string =>
  escapedNames.test(name) ? `{% autoescape false +%}${text}{% endautoescape +%}` : text;

/** Takes a message like `undefined value (in NAME:12)` apart. */
const toFailure = (error: unknown, name: string): Failure => {
  const message = error instanceof Error ? error.message : String(error);
  const [first = ''] = message.split('\n');
  const where = /^(.*) \(in (.+):(\d+)\)$/.exec(first) ?? /\(in (.+):(\d+)\)/.exec(message);
  const [template = name, line] = where?.slice(-2) ?? [];
  const refusal = /JsValue\(Symbol\((.*?)\)\)/.exec(message)?.[1];
  const spent = message.includes('engine ran out of fuel')
    ? `it takes more than ${fuel.toLocaleString('en')} instructions: does it loop?`
    : undefined;
  const problem = refusal ?? spent ?? first.replace(/ \(in .+:\d+\)$/, '');
  return { problem, template, line: line === undefined ? undefined : Number(line) };
};

/** Null and undefined mean "not set": else minijinja prints the word `none`. */
export const contextOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.filter(isSet).map(contextOf);
  if (typeof value !== 'object' || value === null) return value;
  const context: Record<string, unknown> = {};
  for (const [key, entry] of Object.entries(value)) {
    if (isSet(entry)) context[key] = contextOf(entry);
  }
  return context;
};

const isSet = (value: unknown): boolean => value !== undefined && value !== null;

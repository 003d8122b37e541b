/** Finds imports that run the wrong way, and imports that run in a circle. Pure. */
import { dirname, join, normalize } from 'node:path';
import type { PackageRules } from './layers.ts';

export interface Import {
  /** 1-based. */
  line: number;
  specifier: string;
}

export interface Violation {
  file: string;
  line: number;
  problem: string;
}

/** Static, side-effect, type-only and dynamic imports, and re-exports. */
const pattern =
  /(?:^|[;\s])(?:(?:import|export)\s[^'"`;=()]*?\bfrom\s*|import\s*\(?\s*)(['"])([^'"\n]+)\1/gm;

export function importsOf(text: string): Import[] {
  return [...text.matchAll(pattern)].map((match) => {
    const specifier = match[2] ?? '';
    const at = match.index + match[0].lastIndexOf(specifier);
    return { line: text.slice(0, at).split('\n').length, specifier };
  });
}

/**
 * @param files path from the repository's root, as in `packages/agent/src/main.ts` → its text.
 * @param rules by package name, as in layers.ts.
 */
export function violationsOf(
  files: ReadonlyMap<string, string>,
  rules: Readonly<Record<string, PackageRules>>,
): Violation[] {
  const found: Violation[] = [];
  const graph = new Map<string, string[]>();
  for (const [file, text] of files) {
    const home = placeOf(file);
    const rule = rules[home.package];
    if (rule === undefined) continue;
    const targets: string[] = [];
    for (const { line, specifier } of importsOf(text)) {
      const problem = problemOf(file, specifier, rule);
      if (problem !== undefined) found.push({ file, line, problem });
      if (specifier.startsWith('.')) targets.push(normalize(join(dirname(file), specifier)));
    }
    graph.set(file, targets);
  }
  return [...found, ...cyclesOf(graph)];
}

function problemOf(file: string, specifier: string, rule: PackageRules): string | undefined {
  const from = placeOf(file);
  const isTest = file.endsWith('.test.ts');
  if (specifier.startsWith('node:')) {
    return rule.node || isTest ? undefined : `${from.package} must not use Node's "${specifier}"`;
  }
  const named = /^@resole\/([a-z]+)/.exec(specifier)?.[1];
  if (named !== undefined) {
    if (rule.packages.includes(named)) return undefined;
    return `${from.package} must not import ${named}`;
  }
  if (!specifier.startsWith('.')) return undefined;
  const target = normalize(join(dirname(file), specifier));
  if (isTest && target.startsWith('test/')) return undefined;
  const to = placeOf(target);
  if (to.package !== from.package) {
    return `${from.package} must not reach into ${to.package || target}: import "@resole/…"`;
  }
  return isTest ? undefined : layerProblem(from.part, to.part, rule);
}

function layerProblem(from: string, to: string, { layers }: PackageRules): string | undefined {
  if (layers === undefined || from === to) return undefined;
  const rowOf = (part: string) => layers.rows.findIndex((row) => row.includes(part));
  for (const part of [from, to]) {
    if (rowOf(part) === -1) return `"${part}" has no place in scripts/lib/layers.ts`;
  }
  const only = layers.only?.[from];
  if (only !== undefined && !only.includes(to)) {
    return `${from} must not import ${to}, only ${only.join(', ')}`;
  }
  if (rowOf(to) > rowOf(from)) return undefined;
  return `${from} must not import ${to}: ${to} is ${rowOf(to) === rowOf(from) ? 'beside' : 'above'} it`;
}

/** `packages/controller/src/jobs/runner.ts` → controller, jobs. */
function placeOf(file: string): { package: string; part: string } {
  const [root, name = '', src, part = ''] = file.split('/');
  if (root !== 'packages' || src !== 'src') return { package: '', part: '' };
  return { package: name, part: part.replace(/(\.test)?\.ts$/, '') };
}

/** Each circle once, told at the file of it that comes first. */
function cyclesOf(graph: ReadonlyMap<string, readonly string[]>): Violation[] {
  const found: Violation[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: string[]): void => {
    const start = path.indexOf(file);
    if (start !== -1) {
      const circle = [...path.slice(start), file];
      found.push({ file, line: 1, problem: `imports in a circle: ${circle.join(' → ')}` });
      return;
    }
    if (done.has(file)) return;
    for (const target of graph.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return found;
}

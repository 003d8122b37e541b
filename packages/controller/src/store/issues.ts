import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/**
 * Issues of which none is "this or that": where the value has the type of one of a union's schemas,
 * what is told is what that one finds wrong.
 */
export const withoutUnions = (issues: readonly Issue[]): Issue[] =>
  issues.flatMap((issue) => {
    if (issue.code !== 'invalid_union') return [issue];
    const meant = issue.errors.filter((found) => !found.some(isOfAnotherType));
    const [only] = meant;
    if (only === undefined || meant.length > 1) return [issue];
    return withoutUnions(only).map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
  });

/** What is wrong, in words; of a key, what its own schema says of it. */
export const messageOf = (issue: Issue): string =>
  issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;

const isOfAnotherType = ({ code, path }: Issue): boolean =>
  code === 'invalid_type' && path.length === 0;

import { type ErrorCode, type ErrorDetail, ResoleError } from '@resole/protocol';

/** One thing that is wrong with an input; `code` where it is more than that. */
export interface Problem extends ErrorDetail {
  code?: ErrorCode;
}

/**
 * The error of all problems at once. It has their common code, or `invalid-input` where they differ.
 */
export const refusal = (what: string, problems: readonly Problem[]): ResoleError => {
  const codes = new Set(problems.map((problem) => problem.code ?? 'invalid-input'));
  const [code = 'invalid-input'] = codes;
  const [first] = problems;
  const single = problems.length === 1 && first !== undefined;
  const field = single && first.field !== '' ? `${first.field}: ` : '';
  return new ResoleError(
    codes.size === 1 ? code : 'invalid-input',
    `${what}: ${single ? `${field}${first.problem}` : `${problems.length} things are wrong`}`,
    {
      details: problems.map(({ code: _, ...detail }) => detail),
      ...(single && first.remedy !== undefined ? { remedy: first.remedy } : {}),
    },
  );
};

/** Throws where there are problems. */
export const refuse = (what: string, problems: readonly Problem[]): void => {
  if (problems.length > 0) throw refusal(what, problems);
};

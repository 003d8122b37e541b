/** Runs something and says how many seconds it took, to a tenth. */
export const timed = async <Result>(
  work: () => PromiseLike<Result>,
): Promise<{ result: Result; seconds: number }> => {
  const start = performance.now();
  const result = await work();
  return { result, seconds: Math.round((performance.now() - start) / 100) / 10 };
};

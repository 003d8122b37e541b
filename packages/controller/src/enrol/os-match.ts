import type { Distro, Facts } from '@resole/protocol';

/**
 * Why the OS that came up is not the one that was installed, or undefined where it is. A distro
 * without `osRelease` can't be told from another, so anything is believed.
 */
export const osMismatch = (distro: Distro | undefined, facts: Facts): string | undefined => {
  const expected = distro?.osRelease;
  if (!expected || !distro) return undefined;
  const isName = `${facts.os.id} ${facts.os.versionId ?? ''}`.trim();
  const wanted = `${expected.id} ${expected.versionId ?? ''}`.trim();
  const same =
    facts.os.id === expected.id &&
    (expected.versionId === undefined || facts.os.versionId === expected.versionId);
  if (!same) return `${isName} came up where ${wanted} was expected`;
  return facts.arch === distro.arch
    ? undefined
    : `${facts.arch} came up where ${distro.arch} was expected`;
};

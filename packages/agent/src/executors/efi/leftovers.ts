/** Boot entries of jobs whose old OS is gone: nobody else would take them away. */
import type { Run } from '../../exec.ts';
import { parseListing } from './listing.ts';

/** As `arm-efi` names them. */
const LABEL = /^Resole job_[a-z2-7]{20}$/;

/**
 * Removes the entries that jobs have left in the firmware's memory. For an OS that is new to its
 * controller: it has no job of its own yet.
 * @returns the labels of those that are gone.
 */
export async function removeLeftEntries(run: Run): Promise<string[]> {
  const { entries } = parseListing(await run('efibootmgr', []));
  const ours = entries.filter(({ label }) => LABEL.test(label));
  for (const { number } of ours) await run('efibootmgr', ['--delete-bootnum', '--bootnum', number]);
  return ours.map(({ label }) => label);
}

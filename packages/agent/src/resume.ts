/** What to do with the journal's job when the agent starts. Pure. */
import type { Current } from './record.ts';

/**
 * The job as it goes on from here, given the boot that the machine is in now.
 *
 * In the same boot everything goes on where it was. After another boot: a job that was still being
 * staged begins again at its first step, for what kexec had loaded is gone; one that had asked to
 * hand over, or had been told to, counts as carried out: this OS came back, and the traces go.
 */
export function resumed(current: Current, bootId: string): Current {
  if (current.bootId === bootId) return current;
  if (current.phase === 'undoing') return { ...current, bootId };
  if (current.phase === 'running') return { ...current, bootId, steps: [] };
  return { ...current, bootId, phase: 'undoing', end: 'came-back' };
}

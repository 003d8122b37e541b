import { createHash } from 'node:crypto';
import type { Plan } from '@resole/protocol';

/** Keys in one order, so that equal values make equal texts. */
const ordered = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/**
 * SHA-256 of what a plan does and to what: by it a person's yes holds for the plan that was shown,
 * and for no other. Warnings, reasons and deadlines are words about it, and may change.
 */
export const planDigest = ({ warnings, methodReason, deadlines, ...deeds }: Plan): string =>
  createHash('sha256').update(JSON.stringify(deeds, ordered)).digest('hex');

/** Durations as people write them: `90s`, `30m`, `8h`, `7d`. */
import { ResoleError } from '@resole/protocol';

const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** @returns seconds. @param flag named in the error. */
export function durationOf(text: string, flag: string): number {
  const [, count, unit = 's'] = /^(\d+)([smhd])?$/.exec(text) ?? [];
  const value = Number(count) * (seconds[unit] ?? 0);
  if (value > 0) return value;
  throw new ResoleError('invalid-input', `${flag} must be a duration, not "${text}"`, {
    remedy: 'write it as 90s, 30m, 8h or 7d',
  });
}

/** How long ago a point in time was, in one unit: `5 m`. */
export function ago(timestamp: string, now: Date): string {
  const passed = Math.max(0, Math.round((now.getTime() - Date.parse(timestamp)) / 1000));
  if (passed < 90) return `${passed} s`;
  if (passed < 90 * 60) return `${Math.round(passed / 60)} min`;
  if (passed < 36 * 3600) return `${Math.round(passed / 3600)} h`;
  return `${Math.round(passed / 86_400)} d`;
}

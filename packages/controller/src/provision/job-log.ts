import { appendFile, stat } from 'node:fs/promises';
import { Lines } from '../jobs/lines.ts';

/** What an installer may write: a loop in one must not fill the controller's disk. */
const MAX_LOG_BYTES = 64 * 1024 * 1024;

/**
 * Appends to files that end when they are full.
 * @param most bytes of a file, without the line that says that it is full
 * @returns appends a text; resolves to what was taken of it
 */
export const fullStopLog = (most = MAX_LOG_BYTES) => {
  /** One text after the other into a file, so that each knows how full it is. */
  const lines = new Lines();
  return (path: string, text: string): Promise<string> =>
    lines.run(path, async () => {
      const size = await stat(path).then(
        (found) => found.size,
        () => 0,
      );
      // Over it stands only the line that says so.
      if (size > most) return '';
      const bytes = Buffer.from(text);
      const left = most - size;
      const isFull = bytes.length > left;
      const end = `\n-- the log ends here: it has reached ${Math.round(most / 1024 / 1024)} MiB\n`;
      // A letter of several bytes that does not fit whole is left out.
      const fits = isFull
        ? bytes
            .subarray(0, left)
            .toString()
            .replace(/\uFFFD+$/, '')
        : text;
      const taken = isFull ? fits + end : fits;
      await appendFile(path, taken, { mode: 0o600 });
      return taken;
    });
};

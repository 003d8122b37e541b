/** Kernel command lines: what they may hold, and their words. Pure. */
import { ResoleError } from '@resole/protocol';

/** COMMAND_LINE_SIZE of x86 and arm64 is 2048, with the final zero byte. */
const MAX_LENGTH = 2047;

/** @throws ResoleError `invalid-input` for what no kernel would get as it was meant. */
export function checkCommandLine(commandLine: string): void {
  const problem = problemOf(commandLine);
  if (problem !== undefined) {
    throw new ResoleError('invalid-input', `the kernel command line ${problem}`, {
      remedy: 'see kernelOptions of the distro, profile and system',
    });
  }
}

function problemOf(commandLine: string): string | undefined {
  if (/[^\x20-\x7e]/.test(commandLine)) return 'has characters other than printable ASCII';
  if (commandLine.length > MAX_LENGTH) return `is longer than ${MAX_LENGTH} characters`;
  if ((commandLine.split('"').length - 1) % 2 !== 0)
    return 'has a double quote without its partner';
  return undefined;
}

/**
 * The words of a command line as the kernel sees them: split at spaces outside double quotes, the
 * quotes taken off (next_arg in lib/cmdline.c).
 */
export function kernelWords(commandLine: string): string[] {
  checkCommandLine(commandLine);
  return (commandLine.match(/(?:"[^"]*"|[^\s"])+/g) ?? []).map((word) => word.replaceAll('"', ''));
}

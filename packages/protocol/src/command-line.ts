/** Kernel command lines: what they may hold, by who hands them on, and their words. Pure. */
import { ResoleError } from './errors.ts';

/** COMMAND_LINE_SIZE of x86 and arm64 is 2048, with the final zero byte. */
const MAX_LENGTH = 2047;

/** Who hands a command line to the kernel; `kernel`: nobody who would change anything about it. */
export type Starter = 'kernel' | 'grub' | 'bls' | 'efi';

/** Characters that they add: GRUB `BOOT_IMAGE=PATH `, we for the EFI stub ` initrd=PATH`. */
const added: Record<Starter, number> = { kernel: 0, grub: 100, bls: 100, efi: 100 };

/** @throws ResoleError `invalid-input` for what no kernel would get as it was meant. */
export function checkCommandLine(commandLine: string, starter: Starter = 'kernel'): void {
  const problem = problemOf(commandLine, MAX_LENGTH - added[starter]);
  if (problem !== undefined) {
    throw new ResoleError('invalid-input', `the kernel command line ${problem}`, {
      remedy: 'see kernelOptions of the distro, profile and system',
    });
  }
  const lost = lossOf(commandLine, starter);
  if (lost === undefined) return;
  throw new ResoleError('invalid-input', lost, { remedy: 'use --method kexec' });
}

function problemOf(commandLine: string, maxLength: number): string | undefined {
  if (/[^\x20-\x7e]/.test(commandLine)) return 'has characters other than printable ASCII';
  const { length } = commandLine;
  if (length > maxLength) return `has ${length} characters, more than ${maxLength}`;
  if ((commandLine.split('"').length - 1) % 2 !== 0)
    return 'has a double quote without its partner';
  return undefined;
}

/** What would not get through unchanged. */
function lossOf(commandLine: string, starter: Starter): string | undefined {
  if (starter === 'grub') {
    // GRUB quotes a word with spaces itself, and puts a backslash before quotes and backslashes
    // (grub_create_loader_cmdline), which the kernel doesn't take off.
    const lost = kernelWords(commandLine).find((word) => /['\\]/.test(word));
    return lost && `GRUB can't hand on a kernel argument with ' or \\: ${lost}`;
  }
  if (starter === 'bls') {
    // blscfg expands variables in the options and then parses them as GRUB's own language: only
    // what means nothing to it may be there.
    const odd = /[^A-Za-z0-9_=.,:/@%+\-[\]~ ]/.exec(commandLine);
    return odd === null
      ? undefined
      : `GRUB's blscfg would not hand on ${odd[0]} in a kernel command line`;
  }
  return undefined;
}

/**
 * The words of a command line as the kernel sees them: split at spaces outside double quotes, the
 * quotes taken off (next_arg in lib/cmdline.c).
 */
export const kernelWords = (commandLine: string): string[] =>
  (commandLine.match(/(?:"[^"]*"|[^\s"])+/g) ?? []).map((word) => word.replaceAll('"', ''));

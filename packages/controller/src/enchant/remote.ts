/** Commands for the shell at the other end of an ssh connection. */

/** One word for a POSIX shell. */
export const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/** Separates the password that sudo may or may not read from what the script is given to read. */
export const MARK = 'resole-begins-here';

/** Reads up to the mark, byte by byte as `read` does on a pipe, and leaves the rest to the script. */
const skipToMark = `while IFS= read -r line; do [ "$line" = ${MARK} ] && break; done`;

/**
 * The command line that runs a constant script as root, its arguments in $1, $2…; no secret is
 * among them. What it reads from standard input begins after the line `MARK`.
 */
export const remoteCommand = (
  script: string,
  args: readonly string[],
  sudo: 'no' | 'with-password' | 'without-password',
): string => {
  const words = ['sh', '-c', `${skipToMark}\n${script}`, 'resole', ...args];
  // -S: the password comes by standard input, and sudo reads it only if it needs one. -n: where there
  // is none, sudo must not take the script's input for it.
  const by = {
    no: [],
    'with-password': ['sudo', '-S', '-p', '', '--'],
    'without-password': ['sudo', '-n', '--'],
  };
  return [...by[sudo], ...words].map(quote).join(' ');
};

/** What goes before the script's own input. */
export const preamble = (sudoPassword: string | undefined): string =>
  `${sudoPassword === undefined ? '' : `${sudoPassword}\n`}${MARK}\n`;

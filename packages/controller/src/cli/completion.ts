/** `resole completion bash|zsh|fish`: scripts made from the commands themselves. */
import type { Command } from 'commander';
import type { CliContext } from './context.ts';
import { examplesText } from './noun.ts';

/** What may follow after the words of a command: its sub-commands and flags. */
export interface Words {
  /** `profile add`; empty for `resole` itself. */
  path: string;
  words: string[];
}

export function wordsOf(command: Command, path: readonly string[] = []): Words[] {
  const inner = command.commands.filter((sub) => !hidden(sub));
  const flags = [...command.options, ...(path.length === 0 ? [] : globalsOf(command))]
    .map(({ long }) => long)
    .filter((long) => typeof long === 'string');
  return [
    {
      path: path.join(' '),
      words: [...inner.map((sub) => sub.name()), ...new Set([...flags, '--help'])],
    },
    ...inner.flatMap((sub) => wordsOf(sub, [...path, sub.name()])),
  ];
}

const hidden = (command: Command) => (command as unknown as { _hidden?: boolean })._hidden === true;

function globalsOf(command: Command): Command['options'][number][] {
  return command.parent === null ? [...command.options] : globalsOf(command.parent);
}

/** bash; zsh uses the same function through its bashcompinit. */
const bash = (all: readonly Words[]) => `_resole() {
  local word=\${COMP_WORDS[COMP_CWORD]} path= words= known='${all
    .filter(({ path }) => path !== '')
    .map(({ path }) => `|${path}`)
    .join('')}|' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case $known in *"|\${path:+$path }\${COMP_WORDS[i]}|"*) path="\${path:+$path }\${COMP_WORDS[i]}" ;; esac
  done
  case $path in
${all.map(({ path, words }) => `    '${path}') words='${words.join(' ')}' ;;`).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
  if [[ \${#COMPREPLY[@]} -eq 0 ]]; then COMPREPLY=($(compgen -f -- "$word")); fi
}
complete -F _resole resole
`;

const zsh = (all: readonly Words[]) => `autoload -U +X bashcompinit && bashcompinit\n${bash(all)}`;

const fish = (all: readonly Words[]) => `function __resole_path
  set -l path
  for word in (commandline -opc)[2..]
    set -l next (string trim "$path $word")
    if contains -- $next ${all.map(({ path }) => `'${path}'`).join(' ')}
      set path $next
    end
  end
  test "$path" = "$argv"
end
${all
  .flatMap(({ path, words }) =>
    words.map((word) =>
      word.startsWith('--')
        ? `complete -c resole -n "__resole_path ${path}" -l ${word.slice(2)}`
        : `complete -c resole -f -n "__resole_path ${path}" -a ${word}`,
    ),
  )
  .join('\n')}
`;

export const completionScripts = { bash, zsh, fish } as const;

/** @param whole the program with every command in it, which is costly to make: only when needed. */
export async function registerCompletion(
  command: Command,
  context: CliContext,
  whole: () => Promise<Command>,
): Promise<void> {
  const hints = {
    bash: 'resole completion bash > /etc/bash_completion.d/resole',
    zsh: 'resole completion zsh > ~/.resole.zsh; echo ". ~/.resole.zsh" >> ~/.zshrc',
    fish: 'resole completion fish > ~/.config/fish/completions/resole.fish',
  };
  for (const shell of ['bash', 'zsh', 'fish'] as const) {
    command
      .command(shell)
      .description(`print the completion script for ${shell}`)
      .addHelpText('after', examplesText([hints[shell]]))
      .action(async () => {
        context.stdout.write(completionScripts[shell](wordsOf(await whole())));
      });
  }
}

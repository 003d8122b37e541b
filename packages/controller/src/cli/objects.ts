/** `resole distro|profile|system|repo|image|template|snippet add|edit|copy|rename|remove|list|show|find`. */
import type { Command } from 'commander';
import type { CliContext } from './context.ts';
import type { Noun } from './noun.ts';
import { registerAdd, registerCopy } from './verbs/add.ts';
import { registerEdit, registerRename } from './verbs/edit.ts';
import { registerFind, registerList } from './verbs/list.ts';
import { registerRemove } from './verbs/remove.ts';
import { registerShow } from './verbs/show.ts';

/** In the order of the help. */
const verbs = [
  registerAdd,
  registerEdit,
  registerCopy,
  registerList,
  registerFind,
  registerShow,
  registerRename,
  registerRemove,
];

export function registerObjects(command: Command, noun: Noun, context: CliContext): void {
  for (const register of verbs) register(command, noun, context);
}

/** `resole repo …`. */
import type { Command } from 'commander';
import type { CliContext } from './context.ts';
import { repoFlags } from './fields/files.ts';
import type { Noun } from './noun.ts';
import { registerObjects } from './objects.ts';

const repo: Noun = {
  noun: 'repo',
  plural: 'repos',
  flags: repoFlags,
  columns: async () => [
    { title: 'name', of: ({ name }) => name },
    { title: 'type', of: ({ type }) => String(type) },
    { title: 'location', of: ({ url }) => String(url) },
    { title: 'suites', of: ({ suites }) => (suites as string[] | undefined)?.join(' ') },
    { title: 'comment', of: ({ comment }) => comment },
  ],
  examples: {
    add: [
      'resole repo add debian --type apt --location http://deb.example.org/debian \\',
      '    --suite bookworm --suite bookworm-updates --component main --key-file debian.asc',
      'resole repo add epel9 --type dnf --location https://epel.example.org/9/x86_64 --priority 90',
      'resole profile edit web --repo debian',
    ],
    edit: [
      'resole repo edit debian --component main --component contrib',
      'resole repo edit epel9 --no-enabled',
    ],
    find: ['resole repo find type=apt suites=bookworm'],
    copy: ['resole repo copy epel9 epel10 --location https://epel.example.org/10/x86_64'],
    show: ['resole repo show debian'],
  },
};

export async function registerRepo(command: Command, context: CliContext): Promise<void> {
  registerObjects(command, repo, context);
}

/** The nouns of the whole inventory as a document has them, what others depend on first. */
import {
  DistroInput,
  ImageInput,
  ProfileInput,
  RepoInput,
  SettingsInput,
  SystemInput,
  TemplateInput,
} from '@resole/protocol';
import type { z } from 'zod';
import type { Inventory } from '../inventory/inventory.ts';
import type { Mapping } from '../inventory/merge.ts';
import type { NounService } from '../inventory/service.ts';
import { snippetService } from '../inventory/snippets.ts';
import { learnedOfSystem } from './learned.ts';

/** Any object, as its service gives it; a template that comes with Resole has no id. */
export interface Shown {
  id?: string | undefined;
  name: string;
  revision?: number | undefined;
}

export interface DocumentNoun {
  /** As people call one: `profile`. */
  noun: string;
  /** What operators write; its order is the order of an export. */
  input: z.ZodObject;
  service(inventory: Inventory): NounService<Shown>;
  /** Field that mentions an object of the same noun. */
  above?: 'parent' | 'virtHost';
  /** Whether a document has the object; what comes with Resole is in none. */
  holds?(object: Shown & { origin?: unknown }): boolean;
  /** Fields that stay where a document doesn't speak of them. */
  learned?(stored: Mapping, wished: Mapping): readonly string[];
}

const isOwn = ({ origin }: { origin?: unknown }) => origin !== 'shipped';

export const documentNouns = {
  repos: { noun: 'repo', input: RepoInput, service: ({ repos }) => repos },
  images: { noun: 'image', input: ImageInput, service: ({ images }) => images },
  snippets: {
    noun: 'snippet',
    input: TemplateInput,
    service: ({ templates }) => snippetService(templates),
    holds: isOwn,
  },
  templates: {
    noun: 'template',
    input: TemplateInput,
    service: ({ templates }) => templates,
    holds: (template) => isOwn(template) && !template.name.startsWith('snippets/'),
  },
  distros: { noun: 'distro', input: DistroInput, service: ({ distros }) => distros },
  profiles: {
    noun: 'profile',
    input: ProfileInput,
    service: ({ profiles }) => profiles,
    above: 'parent',
  },
  systems: {
    noun: 'system',
    input: SystemInput,
    service: ({ systems }) => systems,
    above: 'virtHost',
    learned: learnedOfSystem,
  },
} as const satisfies Record<string, DocumentNoun>;

export type Plural = keyof typeof documentNouns;

/** With the general type of each, for loops. */
export const nounEntries = Object.entries(documentNouns) as [Plural, DocumentNoun][];

export const settingsOrder = Object.keys(SettingsInput.shape);

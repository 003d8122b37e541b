/**
 * What plugins and webhooks are told: the names of the events, as data, and the one shape that all
 * of them travel in. Documented in docs/plugins.md.
 */
import { randomUUID } from 'node:crypto';
import { withoutSecrets } from './secrets.ts';

/** Version of `PluginEvent`; fields are only added within one. */
export const EVENT_VERSION = 1;

/** A snippet is a template, whose name begins with `snippets/`. */
export const nouns = [
  'distro',
  'profile',
  'system',
  'repo',
  'image',
  'template',
  'settings',
] as const;
export type Noun = (typeof nouns)[number];

export const verbs = ['add', 'edit', 'remove'] as const;
export type Verb = (typeof verbs)[number];

/** What an event is about; `before-` and `after-` are put in front of it. */
export type Subject = `${Noun}-${Verb}` | 'enrolment' | 'install' | 'power';
export type EventName = `${'before' | 'after'}-${Subject}`;

/** All subjects; the settings are one object that is only edited. */
export const subjects: readonly Subject[] = [
  ...nouns.flatMap((noun) =>
    (noun === 'settings' ? (['edit'] as const) : verbs).map((verb) => `${noun}-${verb}` as const),
  ),
  'enrolment',
  'install',
  'power',
];

export const eventNames: readonly EventName[] = subjects.flatMap(
  (subject) => [`before-${subject}`, `after-${subject}`] as const,
);

/** What differs from subject to subject; docs/plugins.md says which fields each has. */
export interface EventFields {
  noun?: Noun;
  verb?: Verb;
  /** The object as it was before: edit and remove. */
  old?: unknown;
  /** The object as it is now: after add and edit. */
  new?: unknown;
  /** What was asked for, as given and not yet checked: add and edit. */
  input?: unknown;
  job?: unknown;
  power?: unknown;
  enrolment?: unknown;
}

export interface PluginEvent extends EventFields {
  version: typeof EVENT_VERSION;
  /** One per event; a webhook that is sent again carries the same. */
  id: string;
  event: EventName;
  at: string;
}

/** An event as it leaves the controller: whatever holds a secret reads `***`. */
export const eventOf = (event: EventName, fields: EventFields, now: Date): PluginEvent => ({
  version: EVENT_VERSION,
  id: randomUUID(),
  event,
  at: now.toISOString(),
  ...(withoutSecrets(fields) as EventFields),
});

/** Whether `pattern`, a name in which `*` stands for anything, means the event. */
export const matches = (pattern: string, event: string): boolean => {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(event);
};

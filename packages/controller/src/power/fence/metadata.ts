/** What a program of fence-agents says of itself: `-o metadata` (ClusterLabs' agent API, XML). */
import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';

export interface FenceParameter {
  type: 'string' | 'integer' | 'boolean' | 'second' | 'select';
  required: boolean;
  default?: string;
  /** Of `select`. */
  choices?: string[];
  about: string;
  /** The older name that this one took the place of. */
  obsoletes?: string;
  deprecated: boolean;
}

export interface FenceMetadata {
  name: string;
  about: string;
  parameters: Record<string, FenceParameter>;
  /** `on`, `off`, `reboot`, `status`, `monitor` … */
  actions: string[];
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseAttributeValue: false,
  parseTagValue: false,
  isArray: (name) => ['parameter', 'action', 'option'].includes(name),
});

/** Text of an element, with or without attributes. */
const Text = z
  .union([z.string(), z.object({ '#text': z.string().default('') }).transform((v) => v['#text'])])
  .optional();

const Document = z.object({
  'resource-agent': z.object({
    name: z.string(),
    shortdesc: z.string().default(''),
    parameters: z.object({
      parameter: z.array(
        z.object({
          name: z.string(),
          required: z.string().optional(),
          deprecated: z.string().optional(),
          obsoletes: z.string().optional(),
          content: z.object({
            type: z.enum(['string', 'integer', 'boolean', 'second', 'select']).catch('string'),
            default: z.string().optional(),
            option: z.array(z.object({ value: z.string() })).optional(),
          }),
          shortdesc: Text,
        }),
      ),
    }),
    actions: z.object({ action: z.array(z.object({ name: z.string() })) }),
  }),
});

/** @throws Error where the text is no metadata. */
export const parseMetadata = (xml: string): FenceMetadata => {
  const agent = Document.parse(parser.parse(xml))['resource-agent'];
  const parameters = agent.parameters.parameter.map((each): [string, FenceParameter] => [
    each.name,
    {
      type: each.content.type,
      required: each.required === '1',
      about: each.shortdesc ?? '',
      deprecated: each.deprecated === '1',
      ...(each.content.default === undefined ? {} : { default: each.content.default }),
      ...(each.content.option === undefined
        ? {}
        : { choices: each.content.option.map(({ value }) => value) }),
      ...(each.obsoletes === undefined ? {} : { obsoletes: each.obsoletes }),
    },
  ]);
  return {
    name: agent.name,
    about: agent.shortdesc,
    parameters: Object.fromEntries(parameters),
    actions: agent.actions.action.map(({ name }) => name),
  };
};

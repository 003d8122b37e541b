import { z } from 'zod';
import { TemplateName } from '../primitives.ts';
import { named, Stored } from './stored.ts';

/** A template; one whose name begins with `snippets/` is a snippet, made to be included. */
export const TemplateInput = z.strictObject({
  ...named.shape,
  name: TemplateName,
  text: z.string(),
});
export type TemplateInput = z.infer<typeof TemplateInput>;

export const Template = z.object({ ...TemplateInput.shape, ...Stored.shape });
export type Template = z.infer<typeof Template>;

import type { Job } from '@resole/protocol';
import { render, type Templates } from '../templates/render.ts';
import { filledVariables, type JobSecrets } from './answer.ts';
import { renderConfigSpace } from './config-space.ts';

/** A template reference that ends in a slash is a folder of templates: a configuration space. */
export const isSpace = (template: string): boolean => template.endsWith('/');

/** An answer file of one piece. @throws ResoleError `template-error` */
export const renderAnswer = (job: Job, templates: Templates, secrets: JobSecrets): string => {
  const { template, variables } = filledVariables(job, secrets);
  return render(template, templates, variables);
};

/** An answer file that is a folder, as tar.gz. @throws ResoleError `template-error` */
export const renderSpace = async (
  job: Job,
  templates: Templates,
  secrets: JobSecrets,
): Promise<Buffer> => {
  const { template, variables } = filledVariables(job, secrets);
  return renderConfigSpace(template, templates, variables);
};

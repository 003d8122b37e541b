/** Answer files of jobs: checked and frozen at planning, rendered when the installer asks. */
import { type AnswerFile, type Family, type Job, ResoleError } from '@resole/protocol';
import { families } from '../plan/families.ts';
import { type TextStore, textId } from '../store/texts.ts';
import type { Templates } from '../templates/environment.ts';
import { isSpace, partsOf } from '../templates/parts.ts';
import { reachableFrom } from '../templates/references.ts';
import type { RenderPool } from '../templates/worker/pool.ts';
import { filled, type JobSecrets, standIns } from './fill.ts';

export type Answer = NonNullable<Job['answer']>;

type Renderer = Pick<RenderPool, 'renderAll'>;

/**
 * All files of an answer file. Of a configuration space, those that render to nothing but white
 * space are left out.
 * @param answer its variables as JSON.
 * @param only just this file
 * @throws ResoleError `template-error`; `not-found` where there is no such file
 */
export const renderFiles = async (
  renderer: Renderer,
  answer: Pick<Answer, 'template' | 'parts'> & { variables: string },
  templates: Templates,
  only?: string,
): Promise<AnswerFile[]> => {
  const { template } = answer;
  const parts = Object.entries(answer.parts ?? partsOf(template, templates));
  if (parts.length === 0) {
    throw new ResoleError('template-error', `there is no template below ${template}`);
  }
  const wanted = only === undefined ? parts : parts.filter(([path]) => path === only);
  if (wanted.length === 0) {
    throw new ResoleError('not-found', `the answer file has no part ${only}`, {
      remedy: `its parts: ${parts.map(([path]) => path).join(', ')}`,
    });
  }
  const names = wanted.map(([, name]) => name);
  const texts = await renderer.renderAll(names, templates, answer.variables);
  const files = wanted.map(([path, name], index): AnswerFile => {
    const text = texts[index] ?? '';
    return { path, template: name, mode: text.startsWith('#!') ? 0o755 : 0o644, text };
  });
  return isSpace(template) ? files.filter(({ text }) => text.trim() !== '') : files;
};

/**
 * Renders everything once, to see that it can be, and keeps the texts that it is made of: what a job
 * was planned with is what its installer gets.
 * @throws ResoleError `template-error`
 */
export const freezeAnswer = async (
  renderer: Renderer,
  texts: TextStore,
  answer: Answer,
  family: Family,
  templates: Templates,
): Promise<Answer> => {
  const parts = partsOf(answer.template, templates, families[family].answerFile);
  const { secrets } = standIns('http://controller.example.org:8080');
  const variables = filled(answer.variables, secrets);
  await renderFiles(renderer, { ...answer, variables, parts }, templates);
  const used = reachableFrom(Object.values(parts), templates);
  await texts.keep(used.map((name) => templates[name] ?? ''));
  const ids = used.map((name): [string, string] => [name, textId(templates[name] ?? '')]);
  return { ...answer, parts, templates: Object.fromEntries(ids) };
};

/** The texts that a job was planned with; a job of an older Resole has today's. */
const thaw = async (
  answer: Answer,
  texts: TextStore,
  today: () => Promise<Templates>,
): Promise<Templates> => {
  if (answer.templates === undefined) return today();
  const entries = Object.entries(answer.templates).map(
    async ([name, id]): Promise<[string, string]> => [name, await texts.read(id)],
  );
  return Object.fromEntries(await Promise.all(entries));
};

export interface JobAnswersDeps {
  pool: Renderer;
  texts: TextStore;
  /** The templates as they are now. */
  templates(): Promise<Templates>;
  secrets(job: Job): JobSecrets;
}

/** What the installer of a job is given. */
export interface JobAnswers {
  /** An answer file of one piece, or a seed's user-data. @throws ResoleError `template-error` */
  text(job: Job): Promise<string>;
  /** One file of a folder or seed. @throws ResoleError `not-found`, `template-error` */
  part(job: Job, path: string): Promise<string>;
  files(job: Job): Promise<AnswerFile[]>;
}

export const jobAnswers = (deps: JobAnswersDeps): JobAnswers => {
  const render = async (job: Job, only?: (answer: Answer) => string): Promise<AnswerFile[]> => {
    const { answer } = job;
    if (!answer) throw new ResoleError('not-found', `job ${job.id} has no answer file`);
    const templates = await thaw(answer, deps.texts, deps.templates);
    const variables = filled(answer.variables, deps.secrets(job));
    return renderFiles(deps.pool, { ...answer, variables }, templates, only?.(answer));
  };
  return {
    files: (job) => render(job),
    part: async (job, path) => {
      if (isEmptySeedPart(job.answer?.parts, path)) return '';
      return (await render(job, () => path))[0]?.text ?? '';
    },
    text: async (job) => {
      const [file] = await render(job, mainPart);
      return file?.text ?? '';
    },
  };
};

/** cloud-init asks for these in any case, and takes a refusal for a seed that isn't there. */
const isEmptySeedPart = (parts: Answer['parts'] = {}, path: string): boolean =>
  'user-data' in parts && !(path in parts) && (path === 'meta-data' || path === 'vendor-data');

/** The file that the answer file's own address leads to. */
const mainPart = ({ template, parts }: Answer): string => {
  if (isSpace(template)) throw new ResoleError('not-found', `${template} is a folder`);
  const found = Object.entries(parts ?? {}).find(([, name]) => name === template)?.[0];
  return found ?? template.slice(template.lastIndexOf('/') + 1);
};

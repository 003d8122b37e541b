/** Taking away what was brought, and saying so where that can't be done. */
import { ResoleError } from '@resole/protocol';
import type { Connection } from './connection.ts';
import { removeScript } from './scripts.ts';

/** Everything of ours, by a connection made anew where the first was lost. */
export const remove = async (connection: Connection, holder: string): Promise<void> => {
  const attempt = () =>
    connection.must('removing the agent', removeScript, { args: [holder], tidying: true });
  try {
    await attempt();
  } catch (error) {
    if (!(error instanceof ResoleError) || error.code !== 'connection-lost') throw error;
    await connection.connect({ tidying: true });
    await attempt();
  }
};

/** What ended it, with what could not be taken back. */
export const leftBehind = ({ name }: Connection, error: unknown, why: unknown): ResoleError => {
  const said = (what: unknown) => (what instanceof Error ? what.message : String(what));
  const known = error instanceof ResoleError ? error : undefined;
  // By a signal, or at a question.
  const aborted = error instanceof Error && /^(Abort|ExitPrompt)/.test(error.name);
  const left =
    'what was brought is still there: /var/lib/resole-enchant or /run/resole-enchant, perhaps the unit resole-enchant';
  return new ResoleError(
    known?.code ?? (aborted ? 'cancelled' : 'internal'),
    `${aborted ? 'interrupted' : said(error)}; ${name} could not be cleaned up (${said(why)}), ${left}`,
    {
      remedy: `${known?.remedy === undefined ? '' : `${known.remedy}; `}the next enchant of that server takes it over, or only away with --dry-run; an agent that is enrolled already goes by itself within 15 minutes`,
      ...(known === undefined ? {} : { details: known.details }),
      cause: error,
    },
  );
};

/** One visit, by the CLI in this process or by a person at a terminal, and what came of it. */
import type { Plan } from '@resole/protocol';
import { openTerminal, type Terminal } from './terminal.ts';
import type { EnchantWorld } from './world.ts';

export interface Visit {
  port: number;
  user?: string;
  host?: string;
  /** For ssh -F; default: the one that knows and is let in. */
  config?: string;
  more?: readonly string[];
}

const wordsOf = ({ keys }: EnchantWorld, visit: Visit): string[] => {
  const { port, user = 'root', host = '127.0.0.1', config = keys.config, more = [] } = visit;
  const where = `${user}@${host}:${port}`;
  return ['enchant', where, '--profile', 'web', '--ssh-config', config, ...more];
};

/** What the server would become, or why not. */
export const rehearse = async (world: EnchantWorld, visit: Visit): Promise<string> => {
  const { code, out, err } = await world.controller.tryCli([...wordsOf(world, visit), '--dry-run']);
  if (code === 0) return (JSON.parse(out) as Plan).profile?.name ?? '';
  const { error } = JSON.parse(err.slice(err.indexOf('{')));
  return `${error.code}: ${error.message}`;
};

export const atTerminal = (
  world: EnchantWorld,
  visit: Visit,
  env?: Record<string, string>,
): Terminal => openTerminal(world.folder, wordsOf(world, visit), env);

/** The exit code, and the error that the screen ends with. */
export const endOf = async (terminal: Terminal): Promise<string> => {
  const { code, screen } = await terminal.ended;
  const said = /error: [^\r]*|interrupted/.exec(screen)?.[0] ?? 'no error';
  return `${code}, ${said.replaceAll(/:\d{4,5}\b/g, ':PORT')}`;
};

/** The agent's configuration file, /etc/resole/agent.yaml. */
import { ResoleError } from '@resole/protocol';
import { parse } from 'yaml';
import { z } from 'zod';
import { readIfThere } from './files/durable.ts';

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;

const Config = z.strictObject({
  /** Address of the controller's api listener: `https://host:port`. */
  controller: z
    .url({ protocol: /^https$/, error: 'an address like https://controller.example:8443' })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  /** File with a join token; read and deleted when the agent enrols. */
  joinTokenFile: z.string().startsWith('/').optional(),
  /** Folder of identity, journal and downloads. */
  stateDir: z.string().startsWith('/').default('/var/lib/resole'),
  logLevel: z.enum(logLevels).default('info'),
  /** For an agent that came over SSH and stays for one job: what it removes when it goes. */
  temporary: z
    .strictObject({
      folder: z.string().regex(/^\/(var\/lib|run)\/resole-enchant$/, 'a folder of a visit'),
      unit: z.literal('resole-enchant.service'),
    })
    .optional(),
});
export type Config = z.infer<typeof Config>;

/** What the environment may override; main.ts reads it. */
export interface ConfigOverrides {
  stateDir?: string | undefined;
  controller?: string | undefined;
}

/** Reads the file; a missing one is an empty one. All that is wrong is said at once. */
export async function readConfig(path: string, overrides: ConfigOverrides = {}): Promise<Config> {
  const bytes = await readIfThere(path);
  return parseConfig(bytes?.toString('utf8') ?? '', path, overrides);
}

export function parseConfig(text: string, path: string, overrides: ConfigOverrides = {}): Config {
  let value: unknown;
  try {
    value = parse(text) ?? {};
  } catch (cause) {
    throw new ResoleError('invalid-input', `${path} is not YAML: ${String(cause)}`, { cause });
  }
  const given = Object.entries(overrides).filter(([, override]) => override !== undefined);
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  const result = Config.safeParse(
    isMap ? Object.assign({}, value, Object.fromEntries(given)) : value,
  );
  if (result.success) return result.data;
  throw new ResoleError('invalid-input', `${path} has mistakes`, {
    details: result.error.issues.map((issue) => ({
      field: issue.path.join('.') || '(whole file)',
      problem: issue.message,
    })),
    remedy: `known settings: ${Object.keys(Config.shape).join(', ')}`,
  });
}

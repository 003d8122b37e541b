import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readShipped } from '../templates/library.ts';
import { RenderPool } from '../templates/worker/pool.ts';
import {
  representativeAgent,
  representativeProfile,
  representativeSystems,
  representatives,
} from './representative.ts';
import { answerService } from './service.ts';

const shipped = await readShipped(join(import.meta.dirname, '../../templates'));
const pool = new RenderPool();
afterAll(() => pool.close());

const previewed = async (vars: Record<string, string>) => {
  const [system] = representativeSystems;
  const distro = representatives
    .map((each) => each.distro)
    .find(({ family }) => family === 'windows');
  if (!system || !distro) throw new Error('the representatives are gone');
  const service = answerService({
    system: async () => ({ ...system, disk: 'serial:A' }),
    target: async () => ({ profile: representativeProfile, distro, options: { vars }, repos: [] }),
    storedFacts: async () => undefined,
    agentPayload: async () => representativeAgent,
    templates: async () => shipped,
    profiles: async () => [],
    systems: async () => [],
    pool,
    provisionUrl: () => 'http://192.0.2.1:8080',
  });
  const { files } = await service.preview(system.name);
  return /<AdministratorPassword><Value>(.*?)<\/Value>/.exec(files[0]?.text ?? '')?.[1];
};

test('an answer file that is shown has a password of its own, which nobody can guess', async () => {
  const [one, other] = [await previewed({}), await previewed({})];
  expect(one).toMatch(/^Rs1\.[\w-]{32}$/);
  expect(other).toMatch(/^Rs1\.[\w-]{32}$/);
  expect(one).not.toBe(other);
});

test("unless the operator's word is there", async () => {
  expect(await previewed({ administrator_password: 'Secret.1' })).toBe('Secret.1');
});

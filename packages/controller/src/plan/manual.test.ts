import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EnrolmentRequest, type Facts, type Family, ResoleError } from '@resole/protocol';
import { expect, test } from 'vitest';
import { describePlan } from './describe.ts';
import type { NetbootIntent } from './intent.ts';
import { planManual } from './manual.ts';

const root = join(import.meta.dirname, '../../../..');
const fixture = JSON.parse(
  readFileSync(join(root, 'packages/protocol/fixtures/v1/enrolment.json'), 'utf8'),
);
const told = EnrolmentRequest.parse(fixture.request).facts;
const facts: Facts = { ...told, memoryBytes: 16e9 };

const stored = {
  revision: 1,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
};

const intent = (family: Family, changes: Partial<NetbootIntent> = {}): NetbootIntent => ({
  system: { ...stored, id: 'sys_35ahtc7lqn2x6w4dzk5r', name: 'web1', macs: ['52:54:00:00:00:01'] },
  profile: { ...stored, id: 'prf_35ahtc7lqn2x6w4dzk5s', name: 'web' },
  distro: {
    ...stored,
    id: 'dst_35ahtc7lqn2x6w4dzk5t',
    name: family,
    family,
    breed: family,
    version: '8.0',
    arch: 'x86_64',
    tree: '/srv/tree',
  },
  options: { authorizedKeys: ['ssh-ed25519 AAAA op'] },
  facts,
  reason: 'by hand, from its medium',
  templates: {
    'esxi/boot-args': 'ks={{ urls.answer_file }} {{ kernel_options }}\n',
    'debian-installer/boot-args': 'url={{ urls.answer_file }} {{ network_args }}\n',
  },
  ...changes,
});

const golden = (name: string) => join(root, 'test/golden/plan', name);

test('the plan of an installer that a person starts, as people read it', async () => {
  const plan = planManual(intent('esxi'));
  expect([plan.agentless, plan.steps, plan.alterations]).toEqual([true, [], []]);
  await expect(describePlan(plan)).toMatchFileSnapshot(golden('manual.txt'));
});

test('Windows takes no boot options; of a family with an agent the new OS has to come back', () => {
  expect(planManual(intent('windows')).commandLine).toBeUndefined();
  const debian = planManual(intent('debian-installer', { facts: undefined }));
  expect(debian).toMatchObject({ erases: [{ id: 'only', size: 0 }], deadlines: { armed: 86_400 } });
  expect(debian).not.toHaveProperty('agentless');
  const patient = intent('esxi', { options: { deadlines: { armed: 60, installing: 70 } } });
  expect(planManual(patient).deadlines).toMatchObject({ armed: 60, installing: 70 });
});

test('what can be refused is refused with the plan', () => {
  const refused = (wrong: NetbootIntent): string | undefined => {
    try {
      planManual(wrong);
      return undefined;
    } catch (error) {
      return error instanceof ResoleError ? error.code : String(error);
    }
  };
  expect([
    refused(intent('freebsd')),
    refused(intent('windows', { facts: { ...facts, memoryBytes: 1e9 } })),
    refused(intent('windows', { facts: { ...facts, arch: 'aarch64' } })),
  ]).toEqual(['start-unsupported', 'memory-too-small', 'arch-mismatch']);
});

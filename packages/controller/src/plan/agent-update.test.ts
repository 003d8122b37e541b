import { expect, test } from 'vitest';
import { planAgentUpdate } from './agent-update.ts';
import { describePlan } from './describe.ts';

const system = { id: 'sys_aaaaaaaaaaaaaaaaaaaa', name: 'web1' };
const release = {
  version: '0.2.0',
  sha256: 'b'.repeat(64),
  packed: { size: 41, sha256: 'a'.repeat(64) },
};

test('the plan of an update, whole', () => {
  const plan = planAgentUpdate(system, { agentVersion: '0.1.0', arch: 'x86_64' }, release);
  expect(describePlan(plan)).toBe(`Plan: agent-update web1

Steps
  1. update-agent: to 0.2.0, SHA-256 bbbbbbbbbbbbbbbb…; back if it has not connected in 120 s

Deadlines
  queued 24 h, staging 60 min
`);
});

test('an agent of that version is left alone', () => {
  expect(() => planAgentUpdate(system, { agentVersion: '0.2.0', arch: 'x86_64' }, release)).toThrow(
    'the agent of web1 is version 0.2.0',
  );
});

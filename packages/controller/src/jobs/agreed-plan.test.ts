import type { JobRequest, Plan } from '@resole/protocol';
import { expect, test } from 'vitest';
import { planDigest } from '../plan/digest.ts';
import { refuseChanged } from './agreed-plan.ts';
import { makeJob } from './testing.ts';

const disk = { id: 'serial:A1', name: 'sda', size: 1000, contents: ['sda1 ext4 /'] };
const shown: Plan = {
  ...makeJob().plan,
  profile: { id: 'prf_35ahtc7lqn2x6w4dzk5s', name: 'web' },
  method: 'kexec',
  erases: [disk],
  network: {
    ...{ mac: '52:54:00:12:34:56', interface: 'eth0', dns: [], search: [] },
    ipv4: { method: 'dhcp', addresses: [] },
    ipv6: { method: 'none', addresses: [] },
  },
};
const request: JobRequest = {
  ...{ kind: 'reinstall', system: 'web1', method: 'auto', planDigest: planDigest(shown) },
};
const { profile: _, ...without } = shown;

test.each<[string, Plan]>([
  ['another disk', { ...shown, erases: [{ ...disk, id: 'serial:B2' }] }],
  ['something else on the disk', { ...shown, erases: [{ ...disk, contents: [] }] }],
  ['another method', { ...shown, method: 'boot-once' }],
  ['another profile', { ...shown, profile: { id: 'prf_35ahtc7lqn2x6w4dzk5t', name: 'db' } }],
  ['no profile', without],
  ['another network', { ...shown, network: { ...shown.network, dns: ['192.0.2.1'] } as never }],
  ['another step', { ...shown, steps: [] }],
  [
    'another alteration',
    { ...shown, alterations: [{ action: 'cycle', driver: 'ipmi', when: '' }] },
  ],
])('%s than was shown is refused', (_name, plan) => {
  expect(() => refuseChanged(request, plan)).toThrow(
    expect.objectContaining({ code: 'plan-changed' }),
  );
});

test('the same plan is done, whatever is said about it, in whatever order it is written', () => {
  refuseChanged(request, shown);
  refuseChanged(request, { ...shown, warnings: ['slow'], methodReason: 'why', deadlines: {} });
  const reversed = Object.fromEntries(Object.entries(shown).reverse()) as Plan;
  refuseChanged(request, reversed);
});

test('who agreed to no plan gets any', () => {
  const { planDigest: __, ...free } = request;
  refuseChanged(free, { ...shown, erases: [] });
});

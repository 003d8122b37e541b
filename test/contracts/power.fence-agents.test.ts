/** What every installed fence agent says and does, against what is known of them here. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { exposureOf } from '../../packages/controller/src/power/fence/argv.ts';
import {
  type FenceMetadata,
  parseMetadata,
} from '../../packages/controller/src/power/fence/metadata.ts';
import { passwordParameter } from '../../packages/controller/src/power/fence/secrets.ts';

const folder = '/usr/sbin';

const installed = async () =>
  (await readdir(folder)).filter((name) => /^fence_[a-z0-9_]+$/.test(name)).sort();

/** What its source does with the password: the words by which a reader would find it. */
const shownBy = (source: string): string | undefined => {
  if (source.includes('ipmitool')) return 'ipmitool';
  if (source.includes('fencing_snmp')) return 'snmpget and snmpset';
  // A command line with the password in it; what is only set in the environment is none.
  const inside = /quote(_for_run)?\(options\["--password"\]\)/.test(source);
  return inside && !source.includes('env["AMT_PASSWORD"]') ? 'vmware-cmd or vmrun' : undefined;
};

test('each program that shows the password in arguments is known, and no other', async () => {
  const names = await installed();
  expect(names.length).toBeGreaterThan(50);
  for (const name of names) {
    const source = await readFile(join(folder, name), 'utf8');
    expect(exposureOf(name)?.shownBy, name).toBe(shownBy(source));
  }
});

/** By program, in their order; undefined where it is not metadata. A few at once. */
const described = async (): Promise<Map<string, FenceMetadata | undefined>> => {
  const names = await installed();
  const found = new Map<string, FenceMetadata | undefined>(names.map((name) => [name, undefined]));
  const left = names.values();
  const some = Array.from({ length: 3 }, async () => {
    for (const name of left) {
      const { stdout } = await execa(name, ['-o', 'metadata'], { reject: false, stdin: 'ignore' });
      try {
        found.set(name, parseMetadata(stdout));
      } catch {
        // It stays undefined.
      }
    }
  });
  await Promise.all(some);
  return found;
};

test('each describes itself; the one secret of each has a place, whatever it is called', async () => {
  const all = await described();
  const silent = [...all].filter(([, metadata]) => metadata === undefined).map(([name]) => name);
  expect(silent).toEqual(['fence_ack_manual']);
  const places: Record<string, string[]> = {};
  for (const [name, metadata] of all) {
    if (metadata === undefined) continue;
    expect(metadata.name, name).toBe(name);
    expect(metadata.actions, name).toContain('metadata');
    const place = passwordParameter(metadata, {}) ?? 'none';
    if (place !== 'password') places[place] = [...(places[place] ?? []), name];
    // Renamed programs are found by what they say of themselves.
    if (name !== 'fence_vmware') {
      expect(exposureOf('fence_renamed', metadata)?.shownBy, name).toBe(exposureOf(name)?.shownBy);
    }
    if (place === 'community') {
      expect(passwordParameter(metadata, { snmp_version: 3 }), name).toBe('password');
    }
  }
  // fence_ipdu speaks SNMP 3 by itself, which has passwords.
  expect(places).toEqual({
    apikey: ['fence_ecloud', 'fence_ibm_vpc'],
    community: [
      ...['fence_apc_snmp', 'fence_cisco_mds', 'fence_eaton_snmp', 'fence_emerson'],
      ...['fence_ibmblade', 'fence_ifmib', 'fence_intelmodular', 'fence_lindypdu'],
      'fence_tripplite_snmp',
    ],
    none: [
      ...['fence_crosslink', 'fence_docker', 'fence_dummy', 'fence_gce', 'fence_heuristics_ping'],
      ...['fence_kdump', 'fence_kubevirt', 'fence_mpath', 'fence_powerman', 'fence_rcd_serial'],
      ...['fence_sbd', 'fence_scsi'],
    ],
    secret_key: ['fence_aliyun', 'fence_aws'],
    token: ['fence_ibm_powervs'],
  });
}, 300_000);

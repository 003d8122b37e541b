import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Distro, Profile, System } from '@resole/protocol';
import { newId, stamped } from '../../../../packages/controller/src/store/stored.ts';

const now = new Date('2026-01-02T03:04:05.678Z');
const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');

/** A server as an operator would write it down: two interfaces in a bond, static addresses. */
export const benchSystem = (index: number, profile: string) => {
  const mac = (port: number) => `52:54:${hex(port, 2)}:${hex(index, 6).match(/../g)?.join(':')}`;
  const host = `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
  const name = `web${String(index).padStart(5, '0')}`;
  return {
    name,
    profile,
    hostname: `${name}.example.org`,
    owners: ['ops'],
    machineUuid: `4c4c4544-0042-4810-8056-${hex(index, 12)}`,
    interfaces: {
      eth0: { mac: mac(0) },
      eth1: { mac: mac(1) },
      bond0: {
        bond: { members: ['eth0', 'eth1'], mode: 'active-backup' as const },
        ipv4: { method: 'static' as const, addresses: [`${host}/8`], gateway: '10.255.255.254' },
        dnsName: `${name}.example.org`,
      },
    },
    disk: `serial:${hex(index, 8)}`,
    kernelOptions: { console: 'ttyS0' },
    vars: { rack: `r${index % 40}`, role: 'web' },
  };
};

/** The folder of a packaged agent, as far as answer files look at it. */
const fillAgent = (dataDir: string): void => {
  const folder = join(dataDir, 'agent');
  mkdirSync(folder, { recursive: true });
  const files = { x86_64: { size: 60_000_000, sha256: 'b'.repeat(64) } };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ version: '0.0.0', files }));
  writeFileSync(
    join(folder, 'resole-agent.service'),
    '[Service]\nExecStart=/usr/local/bin/resole-agent run\n',
  );
};

/**
 * Writes an inventory straight into a store's folder: a distro, two profiles, systems. Nothing is
 * waited for on the disk: what is measured comes later.
 * @returns the name of the profile that all systems have.
 */
export const fillStore = (dataDir: string, count: number): string => {
  const save = (collection: string, object: { id: string }) => {
    const folder = join(dataDir, 'store', collection);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const text = `${JSON.stringify(object, null, 2)}\n`;
    writeFileSync(join(folder, `${object.id}.json`), text, { mode: 0o600 });
  };
  const file = (path: string) => ({ path, size: 12_000_000, sha256: 'a'.repeat(64) });
  const distro: Distro = stamped(
    {
      id: newId('dst'),
      name: 'debian-13',
      family: 'debian-installer' as const,
      breed: 'debian',
      version: '13',
      arch: 'x86_64' as const,
      kernel: file('/srv/debian-13/linux'),
      initrd: file('/srv/debian-13/initrd.gz'),
      kernelOptions: { quiet: '' },
    },
    now,
  );
  const profile = (fields: Partial<Profile> & { name: string }): Profile =>
    stamped({ id: newId('prf'), ...fields }, now);
  const base = profile({ name: 'base', distro: distro.id, vars: { timezone: 'Etc/UTC' } });
  const web = profile({
    name: 'web',
    parent: base.id,
    vars: { packages: ['nginx'] },
    authorizedKeys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJlbmNo ops@example.org'],
  });
  fillAgent(dataDir);
  save('distros', distro);
  save('profiles', base);
  save('profiles', web);
  for (let index = 0; index < count; index += 1) {
    const system: System = stamped({ id: newId('sys'), ...benchSystem(index, web.id) }, now);
    save('systems', system);
  }
  return web.name;
};

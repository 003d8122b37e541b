import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Distro, ErrorBody, Profile, System } from '@resole/protocol';
import { onTestFinished } from 'vitest';
import { openInventory } from '../inventory/inventory.ts';
import { memoryStore } from '../store/memory.ts';
import type { Store } from '../store/store.ts';
import type { Api } from './api.ts';
import { buildApi } from './app.ts';
import type { ApiDeps } from './deps.ts';

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

interface Answer<Body> {
  status: number;
  body: Body & { error?: ErrorBody };
  headers: Record<string, unknown>;
}

/** An API on a store in memory, for tests; time stands still at `now` unless it is set. */
export interface TestApi {
  app: Api;
  store: Store;
  clock: { now: Date };
  /** Agents that count as connected. */
  online: Set<string>;
  dropped: string[];
  logged: string[];
  /** Asks as the administrator. */
  ask<Body = Record<string, unknown>>(
    method: Method,
    url: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer<Body>>;
}

export const adminToken = 'rsa1.test';

const notHere = async (): Promise<never> => {
  throw new Error('not in this test');
};

export const testApi = (changes: Partial<ApiDeps> = {}): TestApi => {
  const store = changes.store ?? memoryStore();
  const clock = { now: new Date('2026-01-02T03:04:05.678Z') };
  const online = new Set<string>();
  const dropped: string[] = [];
  const logged: string[] = [];
  const shipped = { 'image/answer-file.sh': 'echo shipped\n', 'image/boot-args': 'quiet\n' };
  const now = () => clock.now;
  const app = buildApi({
    store,
    inventory: openInventory(store, shipped, now),
    version: '0.0.0',
    caPem: '-----BEGIN CERTIFICATE-----\n',
    caFingerprint: 'f'.repeat(43),
    verifyAdmin: (token) => token === adminToken,
    now,
    isOnline: (id) => online.has(id),
    refreshFacts: notHere,
    agentLog: notHere,
    drop: (id, error) => dropped.push(`${id}: ${error.code}`),
    enrol: notHere,
    extensions: {
      plugins: { list: async () => [] },
      webhooks: { list: async () => [], add: notHere, remove: notHere, test: notHere },
    },
    jobs: {
      plan: notHere,
      planFromFacts: notHere,
      start: notHere,
      cancel: notHere,
      logFile: () => '/nonexistent',
      byHand: notHere,
    },
    power: {
      act: notHere,
      last: async () => undefined,
      lasts: async () => [],
      examine: notHere,
      detect: notHere,
    },
    answers: { preview: notHere, lint: notHere },
    log: (message, fields) => logged.push(`${message}: ${String(fields.error)}`),
    ...changes,
  });
  onTestFinished(() => app.close());
  return {
    app,
    store,
    clock,
    online,
    dropped,
    logged,
    ask: async (method, url, body, headers = {}) => {
      const answer = await app.inject({
        method,
        url,
        headers: { authorization: `Bearer ${adminToken}`, ...headers },
        ...(body === undefined ? {} : { payload: body as object }),
      });
      return { status: answer.statusCode, body: answer.json(), headers: answer.headers };
    },
  };
};

/** A folder with `kernel` and `initrd`, removed after the test. */
const bootFiles = async (): Promise<{ folder: string; kernel: string; initrd: string }> => {
  const folder = await mkdtemp(join(tmpdir(), 'resole-artefacts-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const files = { folder, kernel: join(folder, 'kernel'), initrd: join(folder, 'initrd') };
  await writeFile(files.kernel, 'a kernel');
  await writeFile(files.initrd, 'an initrd');
  return files;
};

/** A distro, a profile and a system, as a newcomer would add them. */
export const filled = async (api: TestApi) => {
  const { kernel, initrd, folder } = await bootFiles();
  const distro = await api.ask<Distro>('POST', '/v1/distros', {
    name: 'debian-13',
    family: 'debian-installer',
    breed: 'debian',
    version: '13',
    arch: 'x86_64',
    kernel: { path: kernel },
    initrd: { path: initrd },
    kernelOptions: { console: 'ttyS0', quiet: '' },
    vars: { timezone: 'UTC', mail: { relay: 'mx1' } },
  });
  const profile = await api.ask<Profile>('POST', '/v1/profiles', {
    name: 'web',
    distro: 'debian-13',
    vars: { mail: { port: 25 } },
  });
  const system = await api.ask<System>('POST', '/v1/systems', {
    name: 'web1',
    profile: 'web',
    hostname: 'web1.example.org',
    macs: ['52-54-00-AB-CD-EF'],
    machineUuid: '4C4C4544-0042-4810-8056-B4C04F395931',
    kernelOptions: { quiet: null },
  });
  return { distro, profile, system, files: { kernel, initrd, folder } };
};

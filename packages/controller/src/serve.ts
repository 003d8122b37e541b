/** The controller: opens everything in order, and closes it in the opposite one. */
import type { Server } from 'node:https';
import { join } from 'node:path';
import { ResoleError } from '@resole/protocol';
import { stringify } from 'yaml';
import { signManifest } from './agent-install/manifest.ts';
import { readOffer } from './agent-install/offer.ts';
import { installScript, keyPin } from './agent-install/script.ts';
import { openEngine } from './engine.ts';
import { createClosers } from './files/closers.ts';
import { lockFolder } from './files/lock.ts';

import { privateFolder, writePrivate } from './files/private-file.ts';
import { agentFileRoutes } from './http/agent-files.ts';
import { agentInstallRoutes } from './http/agent-install.ts';
import { buildApi } from './http/app.ts';
import { controllerRoutes } from './http/controller.ts';
import { listen } from './http/listen.ts';
import { listenerUrls } from './http/listener-urls.ts';
import { openInventory } from './inventory/inventory.ts';
import { sealingPasswords } from './inventory/power-secrets.ts';
import type { Log } from './log/log.ts';
import { packageRoot } from './package-root.ts';
import { aroundEnrolment } from './plugins/enrolment.ts';
import { openExtensions } from './plugins/extensions.ts';
import { inventoryWithTriggers } from './plugins/inventory.ts';
import { openAgentFiles } from './provision/agent-files.ts';
import { clientFile, type Host } from './settings/places.ts';
import type { ControllerSettings } from './settings/table.ts';
import { openLowdbStore } from './store/lowdb/open.ts';
import { refusedObjects } from './store/refused.ts';
import { readShipped } from './templates/library.ts';
import { openTrust, type Trust } from './trust/trust.ts';
import { VERSION } from './version.ts';

export interface ServeOptions {
  settings: ControllerSettings;
  dataDir: string;
  host: Host;
  log: Log;
}

export interface Controller {
  /** How agents and people reach it. */
  apiUrl: string;
  /** How installers reach it. */
  provisionUrl: string;
  /** The API on this host. */
  localUrl: string;
  trust: Trust;
  close(): Promise<void>;
}

const day = 24 * 60 * 60 * 1000;

/**
 * Starts a controller on its data folder.
 * @throws ResoleError `data-dir-in-use`, `port-unavailable`, `file-unwritable` …; nothing stays open.
 */
export async function serve(options: ServeOptions): Promise<Controller> {
  const closers = createClosers();
  try {
    return await start(options, closers);
  } catch (error) {
    await closers.closeAll().catch(() => {});
    throw error;
  }
}

async function start(
  { settings, dataDir, host, log }: ServeOptions,
  closers: ReturnType<typeof createClosers>,
): Promise<Controller> {
  const now = () => new Date();
  await privateFolder(dataDir);
  const lock = await lockFolder(dataDir);
  closers.add(() => lock.release());

  const names = certificateNames(settings, host);
  const trust = await openTrust(dataDir, { names });
  const store = await openLowdbStore(dataDir);
  closers.add(() => store.close());
  for (const { noun, id, refused } of await refusedObjects(store)) {
    log.warn(`a ${noun} holds what is refused since it was written`, { id, refused });
  }
  const shipped = await readShipped(join(packageRoot, 'templates'));
  const extensions = await openExtensions({ settings, dataDir, uid: host.uid, log, now });
  closers.add(() => extensions.close());
  const { triggers } = extensions;
  const agentGone = (agent: string) =>
    engine.link.drop(agent, new ResoleError('agent-revoked', 'its system was removed'));
  const inventory = sealingPasswords(
    inventoryWithTriggers(openInventory(store, shipped, now, { agentGone }), triggers),
    trust.secrets.seal,
  );
  const urls = listenerUrls(settings, host, {
    api: () => api.server,
    provision: () => engine.provision.server,
  });
  const agentDir = settings.agentDir ?? join(dataDir, 'agent');
  const engine = await openEngine({
    store,
    trust,
    urls,
    agentDir,
    dataDir,
    triggers,
    powerSettings: {
      parallel: settings.power.parallel,
      staggerSeconds: settings.power.stagger,
      deadlineSeconds: settings.power.deadline,
      refreshSeconds: settings.power.refresh,
    },
    shipped,
    macPrefix: settings.virt.macPrefix,
    exclusively: inventory.exclusively,
    log: log.info,
  });

  const api = buildApi(
    {
      store,
      inventory,
      version: VERSION,
      caPem: trust.caPem,
      caFingerprint: trust.caFingerprint,
      verifyAdmin: trust.verifyAdmin,
      now,
      isOnline: (agent) => engine.link.isOnline(agent),
      refreshFacts: (agent) => engine.link.freshFacts(agent),
      agentLog: (agent, which) => engine.link.recentLog(agent, which),
      drop: (agent, error) => engine.link.drop(agent, error),
      enrol: (request) => aroundEnrolment(triggers, request, engine.enrol),
      power: engine.power,
      answers: engine.answers,
      extensions,
      jobs: {
        plan: (request) => engine.service.plan(request),
        planFromFacts: (request) => engine.service.planFromFacts(request),
        start: (request) => engine.service.start(request),
        cancel: (id) => engine.runner.cancel(id),
        logFile: engine.logFile,
        byHand: engine.byHand,
      },
      log: log.error,
    },
    { https: { key: trust.serverKeyPem, cert: trust.serverCertPem } },
  );
  api.register(async (scope) => {
    const routes = scope as unknown as typeof api;
    const pin = keyPin(trust.serverKeyPem);
    controllerRoutes(routes, () => ({ version: VERSION, ...urls, keyPin: pin }));
    agentInstallRoutes(routes, {
      script: () => installScript(urls.apiUrl),
      offer: () => readOffer(agentDir),
      sign: (offer) => signManifest(offer, trust.jobKey),
    });
    agentFileRoutes(routes, () => openAgentFiles(agentDir));
  });
  api.addHook('onResponse', async (request, reply) => {
    const { method, url, ip } = request;
    const milliseconds = Math.round(reply.elapsedTime);
    log.debug('request', { method, url, status: reply.statusCode, milliseconds, ip });
  });
  closers.add(() => api.close());
  // Closed before the API, whose own end waits for the connections that these hold.
  closers.add(() => engine.close());
  await listen(engine.provision, 'provision', settings.provision);
  await engine.start(api.server as Server);
  const apiPort = await listen(api, 'api', settings.api);

  const renewal = setInterval(() => {
    renewCertificate(api.server as Server, dataDir, names, log);
  }, day);
  closers.add(() => clearInterval(renewal));

  const localUrl = localUrlOf(settings.api.listen, apiPort);
  const access = { url: localUrl, tokenFile: trust.adminTokenFile, ca: trust.caFile };
  await writePrivate(clientFile(dataDir), stringify(access));
  return { ...urls, localUrl, trust, close: closers.closeAll };
}

/** Every name by which people, agents and installers may call this controller. */
function certificateNames(settings: ControllerSettings, host: Host): string[] {
  const fromUrl = settings.api.url && new URL(settings.api.url).hostname.replace(/^\[|\]$/g, '');
  const names = [
    host.hostname,
    ...host.addresses,
    ...settings.names,
    ...(fromUrl ? [fromUrl] : []),
  ];
  const { listen } = settings.api;
  return [...new Set(listen === '::' || listen === '0.0.0.0' ? names : [...names, listen])];
}

/** A listener on one address is reached there; one on all of them, by loopback. */
function localUrlOf(address: string, port: number): string {
  if (address === '::' || address === '0.0.0.0') return `https://127.0.0.1:${port}`;
  return `https://${address.includes(':') ? `[${address}]` : address}:${port}`;
}

/** Renews the server certificate when it nears its end; connections that are open go on. */
function renewCertificate(server: Server, dataDir: string, names: string[], log: Log): void {
  openTrust(dataDir, { names }).then(
    (trust) => server.setSecureContext({ key: trust.serverKeyPem, cert: trust.serverCertPem }),
    (error: unknown) => log.error('the server certificate could not be renewed', { error }),
  );
}

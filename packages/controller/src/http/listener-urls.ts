import type { Server } from 'node:net';
import { type Host, urlOfHost } from '../settings/places.ts';
import type { ControllerSettings } from '../settings/table.ts';
import { portOf } from './listen.ts';

type Listener = Pick<Server, 'address'>;

export interface ListenerUrls {
  /** Where agents and people reach the api listener. */
  readonly apiUrl: string;
  /** Where installers reach the provision listener. */
  readonly provisionUrl: string;
}

/**
 * The addresses of the listeners, read anew each time: only a listener that is open knows its port, and
 * from its first moment on there may be somebody who is answered with it.
 */
export const listenerUrls = (
  { api, provision }: Pick<ControllerSettings, 'api' | 'provision'>,
  host: Host,
  servers: { api(): Listener; provision(): Listener },
): ListenerUrls => ({
  get apiUrl() {
    return api.url ?? urlOfHost('https', host, portOf(servers.api(), api.port));
  },
  get provisionUrl() {
    return provision.url ?? urlOfHost('http', host, portOf(servers.provision(), provision.port));
  },
});

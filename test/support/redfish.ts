/**
 * A Redfish service for tests. Programs of others (fence_redfish, redfishtool, python3-sushy) drive
 * it too, so that it isn't just our own reading of the standard.
 */
import { createHash, randomUUID, X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

const root = '/redfish/v1';
const systemPath = `${root}/Systems/437XR1138R2`;

type Reply = { status: number; body?: object; headers?: Record<string, string> };

const problem = (status: number, id: string, words: string): Reply => ({
  status,
  body: {
    error: {
      code: `Base.1.8.${id}`,
      message: words,
      '@Message.ExtendedInfo': [{ MessageId: `Base.1.8.${id}`, Message: words }],
    },
  },
});

const identity = (path: string, type: string, name: string) => ({
  '@odata.id': path,
  '@odata.type': `#${type}`,
  Id: path.split('/').at(-1),
  Name: name,
});

const collection = (path: string, type: string, members: string[]) => ({
  ...identity(path, `${type}.${type}`, type),
  'Members@odata.count': members.length,
  Members: members.map((member) => ({ '@odata.id': member })),
});

/** What goes wrong with a request. */
export interface RedfishFault {
  /** Of which requests: METHOD PATH. */
  at: RegExp;
  /** The answer comes so much later; what was asked is done at once. */
  seconds?: number;
  /** There is no answer; what was asked is done. */
  hangsUp?: boolean;
  /** Another answer, and nothing is done. */
  reply?: Reply;
}

/** What a service that refuses says. */
export const refusal = problem;

const bootTargets = ['None', 'Pxe', 'Cd', 'Hdd', 'BiosSetup'];

export interface RedfishOptions {
  password?: string;
  resetTypes?: string[];
  /** Says that sessions are not its thing. */
  basicOnly?: boolean;
}

export class RedfishServer {
  on = false;
  /** Takes orders and does nothing. */
  deaf = false;
  fault: RedfishFault | undefined;
  readonly password: string;
  readonly log: string[] = [];
  readonly sessions = new Map<string, string>();
  boot = {
    BootSourceOverrideEnabled: 'Disabled',
    BootSourceOverrideTarget: 'None',
    BootSourceOverrideMode: 'Legacy',
  };
  certificate = '';
  caFile = '';
  #options: RedfishOptions;
  #server: Server | undefined;
  #folder = '';
  #revision = 1;
  #port = 0;

  private constructor(options: RedfishOptions) {
    this.#options = options;
    this.password = options.password ?? 's3cret-of-redfish';
  }

  static async start(options: RedfishOptions = {}): Promise<RedfishServer> {
    const server = new RedfishServer(options);
    await server.#listen();
    return server;
  }

  get port(): number {
    return this.#port;
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #listen(): Promise<void> {
    this.#folder = await mkdtemp(join(tmpdir(), 'resole-redfish-'));
    const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(this.#folder, name)) as [
      string,
      string,
    ];
    const subject = [
      '-subj',
      '/CN=localhost',
      '-addext',
      'subjectAltName=DNS:localhost,IP:127.0.0.1',
    ];
    await execa('openssl', [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
      ...subject,
      '-keyout',
      key,
      '-out',
      cert,
    ]);
    const pem = await readFile(cert);
    this.caFile = cert;
    this.certificate = createHash('sha256').update(new X509Certificate(pem).raw).digest('hex');
    this.#server = createServer({ key: await readFile(key), cert: pem }, (request, response) => {
      let text = '';
      request.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      request.on('end', () => {
        const asked = `${request.method} ${request.url}`;
        const fault = this.fault?.at.test(asked) ? this.fault : undefined;
        const { status, body, headers = {} } = fault?.reply ?? this.#answer(request, text);
        this.log.push(`${asked} ${status}`);
        if (fault?.hangsUp) {
          request.socket.destroy();
          return;
        }
        const answer = () => {
          response.writeHead(status, {
            'odata-version': '4.0',
            ...(body ? { 'content-type': 'application/json' } : {}),
            ...headers,
          });
          response.end(request.method === 'HEAD' || !body ? '' : JSON.stringify(body));
        };
        if (fault?.seconds === undefined) answer();
        else setTimeout(answer, fault.seconds * 1000).unref();
      });
    });
    await new Promise<void>((resolve) => this.#server?.listen(0, '127.0.0.1', resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  #known(request: IncomingMessage): boolean {
    const token = request.headers['x-auth-token'];
    if (typeof token === 'string') return this.sessions.has(token);
    const basic = /^Basic (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    return Buffer.from(basic, 'base64').toString() === `admin:${this.password}`;
  }

  #answer(request: IncomingMessage, text: string): Reply {
    const path = (request.url ?? '/').split('?')[0]?.replace(/\/$/, '') ?? '';
    const { method = 'GET' } = request;
    let body: Record<string, unknown> = {};
    try {
      body = text === '' ? {} : JSON.parse(text);
    } catch {
      return problem(400, 'MalformedJSON', 'the body is not JSON');
    }
    if (path === `${root}/SessionService/Sessions` && method === 'POST') return this.#login(body);
    const open = path === '/redfish' || path === root;
    if (!open && !this.#known(request)) return problem(401, 'NoValidSession', 'log in first');
    if (method === 'DELETE' && path.startsWith(`${root}/SessionService/Sessions/`)) {
      for (const [token, id] of this.sessions)
        if (path.endsWith(`/${id}`)) this.sessions.delete(token);
      return { status: 204 };
    }
    if (path === `${systemPath}/Actions/ComputerSystem.Reset` && method === 'POST')
      return this.#reset(body);
    if (path === systemPath && method === 'PATCH')
      return this.#patch(body, request.headers['if-match']);
    if (method !== 'GET' && method !== 'HEAD')
      return problem(405, 'OperationNotAllowed', `no ${method} here`);
    const found = this.#resources()[path];
    if (!found) return problem(404, 'ResourceMissingAtURI', `there is no ${path}`);
    return { status: 200, body: found, headers: path === systemPath ? { etag: this.#etag } : {} };
  }

  get #etag(): string {
    return `W/"${this.#revision}"`;
  }

  #login(body: Record<string, unknown>): Reply {
    if (this.#options.basicOnly) return problem(404, 'ResourceMissingAtURI', 'no sessions');
    if (body.UserName !== 'admin' || body.Password !== this.password) {
      return problem(401, 'ResourceAtUriUnauthorized', 'wrong user name or password');
    }
    const token = randomUUID();
    const id = String(this.sessions.size + 1);
    this.sessions.set(token, id);
    const path = `${root}/SessionService/Sessions/${id}`;
    return {
      status: 201,
      body: { ...identity(path, 'Session.v1_3_0.Session', 'Session'), UserName: 'admin' },
      headers: { 'x-auth-token': token, location: path },
    };
  }

  get #resetTypes(): string[] {
    return (
      this.#options.resetTypes ?? [
        'On',
        'ForceOff',
        'GracefulShutdown',
        'GracefulRestart',
        'ForceRestart',
        'PowerCycle',
      ]
    );
  }

  #reset(body: Record<string, unknown>): Reply {
    const type = String(body.ResetType);
    if (!this.#resetTypes.includes(type))
      return problem(400, 'ActionParameterNotSupported', `no ${type}`);
    if (/Restart|Cycle/.test(type) && !this.on)
      return problem(409, 'ResourceInUse', 'the system is off');
    if (!this.deaf) this.on = type === 'PushPowerButton' ? !this.on : !/Off|Shutdown/.test(type);
    this.#revision += 1;
    return { status: 204 };
  }

  #patch(body: Record<string, unknown>, match: string | undefined): Reply {
    if (match === undefined) return problem(428, 'PreconditionRequired', 'If-Match is missing');
    if (match !== this.#etag) return problem(412, 'PreconditionFailed', 'somebody else changed it');
    const boot = (body.Boot ?? {}) as Partial<typeof this.boot>;
    if (
      boot.BootSourceOverrideTarget !== undefined &&
      !bootTargets.includes(boot.BootSourceOverrideTarget)
    ) {
      return problem(400, 'PropertyValueNotInList', `no ${boot.BootSourceOverrideTarget}`);
    }
    this.boot = { ...this.boot, ...boot };
    this.#revision += 1;
    return { status: 204 };
  }

  #resources(): Record<string, object> {
    const at = (...parts: string[]) => [root, ...parts].join('/');
    const manager = at('Managers', 'BMC');
    const chassis = at('Chassis', '1U');
    const link = (path: string) => ({ '@odata.id': path });
    const health = { Status: { State: 'Enabled', Health: 'OK' } };
    return {
      '/redfish': { v1: `${root}/` },
      [root]: {
        ...identity(root, 'ServiceRoot.v1_9_0.ServiceRoot', 'Root Service'),
        Id: 'RootService',
        RedfishVersion: '1.11.0',
        UUID: '1c0d7b3e-4d7a-4c6e-9c3c-0d7f1f6a2b11',
        Systems: link(at('Systems')),
        Managers: link(at('Managers')),
        Chassis: link(at('Chassis')),
        SessionService: link(at('SessionService')),
        Links: { Sessions: link(at('SessionService', 'Sessions')) },
      },
      [at('Systems')]: collection(at('Systems'), 'ComputerSystemCollection', [systemPath]),
      [at('Managers')]: collection(at('Managers'), 'ManagerCollection', [manager]),
      [at('Chassis')]: collection(at('Chassis'), 'ChassisCollection', [chassis]),
      [at('SessionService')]: {
        ...identity(
          at('SessionService'),
          'SessionService.v1_1_8.SessionService',
          'Session Service',
        ),
        ServiceEnabled: true,
        Sessions: link(at('SessionService', 'Sessions')),
      },
      [at('SessionService', 'Sessions')]: collection(
        at('SessionService', 'Sessions'),
        'SessionCollection',
        [...this.sessions.values()].map((id) => at('SessionService', 'Sessions', id)),
      ),
      [manager]: {
        ...identity(manager, 'Manager.v1_11_0.Manager', 'BMC'),
        ManagerType: 'BMC',
        ...health,
        Links: { ManagerForServers: [link(systemPath)] },
      },
      [chassis]: {
        ...identity(chassis, 'Chassis.v1_15_0.Chassis', 'Chassis'),
        ChassisType: 'RackMount',
        ...health,
        Links: { ComputerSystems: [link(systemPath)] },
      },
      [systemPath]: {
        ...identity(systemPath, 'ComputerSystem.v1_14_0.ComputerSystem', 'a server'),
        UUID: '38947555-7742-3448-3784-823347823834',
        SystemType: 'Physical',
        Manufacturer: 'Contoso',
        Model: '3500',
        SerialNumber: '437XR1138R2',
        PowerState: this.on ? 'On' : 'Off',
        ...health,
        Boot: { ...this.boot, 'BootSourceOverrideTarget@Redfish.AllowableValues': bootTargets },
        ProcessorSummary: { Count: 1 },
        MemorySummary: { TotalSystemMemoryGiB: 1 },
        Links: { Chassis: [link(chassis)], ManagedBy: [link(manager)] },
        Actions: {
          '#ComputerSystem.Reset': {
            target: `${systemPath}/Actions/ComputerSystem.Reset`,
            'ResetType@Redfish.AllowableValues': this.#resetTypes,
          },
        },
      },
    };
  }
}

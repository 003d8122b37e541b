/** What every end-to-end test stands on: a controller of its own, servers, and their ends. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { agentFolder, type BuildName } from '../support/artefacts.ts';
import { ControllerProcess } from '../support/controller.ts';
import { type OldOs, oldOs } from '../support/old-os.ts';
import { type Server, startBareServer, startServer } from '../support/server.ts';
import { Vm } from '../support/vm.ts';

type ServerOptions = Omit<Parameters<typeof startServer>[2], 'name' | 'logFile'> & {
  /** What it boots, where that is not the usual old OS. */
  os?: OldOs;
};

export interface World {
  controller: ControllerProcess;
  old: OldOs;
  server(options?: ServerOptions): Promise<Server>;
  /** A server without an agent. */
  bareServer(options?: ServerOptions): Promise<Server>;
  /** A machine that is off, its disk empty. */
  emptyMachine(): Promise<Vm>;
  /** Notes a figure of the test's report. */
  note(what: string, value: unknown): void;
}

export interface EndToEndTest {
  /** In one line, for the report. */
  about: string;
  /** Memory of its machines, MiB; the runner looks at it before it runs tests side by side. */
  memoryMiB: number;
  /** What it installs; built before the first test starts. */
  installs: readonly BuildName[];
  run(world: World): Promise<void>;
}

/** Runs a test in a world of its own; nothing of it is left but the logs. */
export const inWorld = async (
  name: string,
  logs: string,
  test: EndToEndTest,
  note: World['note'],
): Promise<void> => {
  await mkdir(logs, { recursive: true });
  const dataDir = await mkdtemp(join(tmpdir(), `resole-${name}-`));
  const logFile = join(logs, `${name}.controller.log`);
  const controller = await ControllerProcess.start({ dataDir, agentDir: agentFolder, logFile });
  const servers: Pick<Server, 'vm'>[] = [];
  try {
    const old = await oldOs();
    const start = async (
      boot: (options: Parameters<typeof startServer>[2]) => Promise<Server>,
      options: Omit<ServerOptions, 'os'> = {},
    ) => {
      // One virtual CPU: emulated ones of machines side by side would only wait for each other.
      const hardware = { cpus: 1, ...options };
      const server = await boot({ ...hardware, name, logFile: join(logs, `${name}.serial.log`) });
      servers.push(server);
      return server;
    };
    await test.run({
      controller,
      old,
      note,
      server: ({ os = old, ...options } = {}) =>
        start((all) => startServer(controller, os, all), options),
      emptyMachine: async () => {
        const log = join(logs, `${name}.serial.log`);
        const hardware = { cpus: 1, memoryMiB: 1536, base: 4 };
        const vm = await Vm.create({ ...hardware, name, logFile: log });
        servers.push({ vm });
        return vm;
      },
      bareServer: ({ os = old, ...options } = {}) =>
        start((all) => startBareServer(os, all), options),
    });
  } finally {
    for (const server of servers) await server.vm.stop();
    await controller.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
};

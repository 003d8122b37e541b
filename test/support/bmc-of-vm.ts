/** A BMC in front of a virtual machine: what is asked of it by IPMI happens to the machine. */
import { rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Bmc } from './bmc.ts';
import type { Vm } from './vm.ts';

/**
 * @param bootFile What DHCP names to the machine's firmware, where the BMC is told to boot it from
 * the network.
 * @returns the BMC, and what ends it; the machine stays as it is.
 */
export const bmcOf = async (
  vm: Vm,
  bootFile?: string,
): Promise<{ bmc: Bmc; stop(): Promise<void> }> => {
  let pidFile = '';
  // The BMC knows the machine by the number of its process.
  const note = async () => {
    if (vm.pid === undefined) await rm(pidFile, { force: true });
    else await writeFile(pidFile, `${vm.pid}\n`);
  };
  const acts: Record<string, () => Promise<void>> = {
    '/start': () => vm.powerOn(),
    '/start-pxe': () => vm.powerOn(bootFile),
    '/off': () => vm.powerOff(),
    '/soft': () => vm.pressPowerButton(),
    '/reset': () => vm.reset(),
  };
  const server = createServer(async (request, response) => {
    try {
      await acts[request.url ?? '']?.();
      await note();
      response.end();
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const call = (path: string) => `curl -sf --max-time 30 http://127.0.0.1:${port}/${path}`;
  const bmc = await Bmc.start({
    machine: {
      // The choice of the boot device holds for one start.
      start: `case $(cat boot 2>/dev/null) in pxe) ${call('start-pxe')} ;; *) ${call('start')} ;; esac; rm -f boot`,
      stop: call('$1'),
      reset: call('reset'),
    },
  });
  pidFile = join(bmc.folder, 'pid');
  await note();
  return {
    bmc,
    stop: async () => {
      await rm(pidFile, { force: true });
      await bmc.stop();
      server.close();
    },
  };
};

/** A network of its own for one machine whose firmware boots from it: DHCP, TFTP and a way out to one listener. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

export interface BootNet {
  /** Where the machine reaches the listener at the socket. */
  url: string;
  /** A socket of the file system: namespaces don't part those. */
  socket: string;
  /** QEMU's arguments for the network card. */
  card(mac: string): string[];
  /** Begins a command that is to run inside. */
  inside: readonly string[];
  stop(): Promise<void>;
}

const ADDRESS = '10.77.0.1';
const PORT = 8080;

/** What carries connections from the namespace to the socket. */
const relay = `
const { connect, createServer } = require('node:net');
createServer((from) => {
  const to = connect(process.argv[1]);
  from.on('error', () => to.destroy()).pipe(to).on('error', () => from.destroy()).pipe(from);
}).listen(${PORT}, '${ADDRESS}');
`;

/**
 * Firmware that is not iPXE yet is given the program by TFTP, iPXE the path of the listener
 * (docs/reinstall.md). Needs root.
 * @param program file in the folder, as in `snponly.efi`
 */
export const bootNet = async (
  { folder, program }: { folder: string; program: string },
  path: string,
): Promise<BootNet> => {
  const work = await mkdtemp(join(tmpdir(), 'resole-net-'));
  const name = `resole-${process.pid}`;
  const inside = ['ip', 'netns', 'exec', name];
  const run = (...words: string[]) => execa('ip', ['-n', name, ...words]);
  const socket = join(work, 'listener');
  const url = `http://${ADDRESS}:${PORT}`;
  const configuration = join(work, 'dnsmasq.conf');
  await writeFile(
    configuration,
    [
      ...['port=0', 'user=root', 'interface=tap0', 'bind-dynamic', 'no-ping', 'dhcp-authoritative'],
      ...[
        'dhcp-range=10.77.0.50,10.77.0.99,255.255.255.0',
        `dhcp-leasefile=${join(work, 'leases')}`,
      ],
      ...['enable-tftp', `tftp-root=${folder}`, 'dhcp-match=set:ipxe,175'],
      ...[`dhcp-boot=tag:ipxe,${url}${path}`, `dhcp-boot=tag:!ipxe,${program}`],
      // iPXE waits 14 s for a router's advertisement where there is none.
      ...['enable-ra', 'dhcp-range=fd77::,ra-only,64'],
      '',
    ].join('\n'),
  );
  await execa('ip', ['netns', 'add', name]);
  const serve = (program: string, words: string[]) =>
    execa('setpriv', ['--pdeathsig', 'KILL', ...inside, program, ...words], { reject: false });
  const running: ReturnType<typeof serve>[] = [];
  const stop = async () => {
    for (const each of running) each.kill('SIGKILL');
    await Promise.all(running);
    await execa('ip', ['netns', 'del', name]);
    await rm(work, { recursive: true });
  };
  try {
    await run('link', 'set', 'lo', 'up');
    await run('tuntap', 'add', 'dev', 'tap0', 'mode', 'tap');
    await run('addr', 'add', `${ADDRESS}/24`, 'dev', 'tap0');
    await run('addr', 'add', 'fd77::1/64', 'dev', 'tap0', 'nodad');
    await run('link', 'set', 'tap0', 'up');
    running.push(
      serve('dnsmasq', [`--conf-file=${configuration}`, '--keep-in-foreground']),
      serve(process.execPath, ['-e', relay, socket]),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    ...{ url, socket, inside, stop },
    card: (mac) => [
      ...['-netdev', 'tap,id=net0,ifname=tap0,script=no,downscript=no'],
      // Without its option ROM: the firmware's own driver is meant.
      ...['-device', `virtio-net-pci,netdev=net0,mac=${mac},romfile=,bootindex=0`],
    ],
  };
};

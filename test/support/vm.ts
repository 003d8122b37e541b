/** Virtual machines that stand for servers: each is one QEMU process that never outlives its test. */
import { rmSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ExecaError, execa } from 'execa';
import { accelerator } from './accel.ts';
import { firmwareOf, type Hardware, type MachineFiles, qemuArgs } from './qemu-args.ts';
import { spawnQemu } from './qemu-process.ts';
import { connectWhenThere, Qmp } from './qmp.ts';
import { SerialLog } from './serial.ts';

export interface VmOptions extends Partial<Omit<Hardware, 'name'>> {
  name: string;
  /**
   * Disk image (qcow2) to start from: only read; an overlay of this machine's own gets the writes.
   * A number makes an empty disk of so many GiB.
   */
  base: string | number;
  /** File that gets what the machine says on its serial console, with times. */
  logFile?: string;
  /** Keep QEMU running when this process ends (it is ended all the same by `stop`). */
  outlive?: boolean;
  /** Told as soon as its folder is there, and whenever it has a process, long before it is up. */
  changed?: (vm: Vm) => void;
}

/** Where a guest finds servers of this host's loopback, its gateway and its name server. */
export const guestNetwork = {
  host: '10.0.2.2',
  gateway: '10.0.2.2',
  dns: '10.0.2.3',
  dhcpAddress: '10.0.2.15',
  prefix: 24,
} as const;

type Process = ReturnType<typeof spawnQemu>;
type Running = { process: Process; qmp: Qmp };

/** Of machines that must not outlive this process: gone with it, whatever ends it but a kill. */
const folders = new Set<string>();
process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** One machine: its disk and UEFI variables stay from `create` to `stop`, over any number of boots. */
export class Vm {
  readonly name: string;
  readonly serial: SerialLog;
  readonly hardware: Hardware;
  readonly #folder: string;
  readonly #outlive: boolean;
  readonly #changed: NonNullable<VmOptions['changed']>;
  /** QEMU, from its start on. */
  #process: Process | undefined;
  /** The same from when it can be talked to. */
  #running: Running | undefined;
  #sshPort = 0;

  private constructor(options: VmOptions, folder: string) {
    const { name, base: _, logFile, outlive = false, changed, ...hardware } = options;
    const defaults = {
      uefi: false as const,
      memoryMiB: 2048,
      cpus: 2,
      diskSerial: 'RESOLE0001',
      extra: [],
    };
    this.name = name;
    this.hardware = { ...defaults, ...hardware, name };
    this.serial = new SerialLog(logFile);
    this.#folder = folder;
    this.#outlive = outlive;
    this.#changed = changed ?? (() => {});
    if (!outlive) folders.add(folder);
    this.#changed(this);
  }

  /** A machine that is switched off, with a fresh overlay over `base`. */
  static async create(options: VmOptions): Promise<Vm> {
    const folder = await mkdtemp(join(tmpdir(), 'resole-vm-'));
    const vm = new Vm(options, folder);
    await vm.#make(options.base).catch(async (error) => {
      await vm.stop();
      throw error;
    });
    return vm;
  }

  async #make(base: VmOptions['base']): Promise<void> {
    const { disk, variables } = this.files;
    const create = ['create', '-q', '-f', 'qcow2'];
    const from = typeof base === 'number' ? [disk, `${base}G`] : ['-F', 'qcow2', '-b', base, disk];
    await execa('qemu-img', [...create, ...from]);
    const { uefi } = this.hardware;
    if (uefi !== false) await copyFile(firmwareOf(uefi).variables, variables);
  }

  /** Creates the machine and switches it on. */
  static async start(options: VmOptions): Promise<Vm> {
    const vm = await Vm.create(options);
    await vm.powerOn().catch(async (error) => {
      await vm.stop();
      throw error;
    });
    return vm;
  }

  get files(): MachineFiles {
    const at = (file: string) => join(this.#folder, file);
    return {
      disk: at('disk.qcow2'),
      serial: at('serial'),
      qmp: at('qmp'),
      variables: at('uefi.fd'),
    };
  }

  get isOn(): boolean {
    return this.#running !== undefined;
  }

  /** Of the QEMU process. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** With its disk and UEFI variables. */
  get folder(): string {
    return this.#folder;
  }

  /** Port of 127.0.0.1 that leads to the guest's port 22 at its DHCP address; new at each power-on. */
  get sshPort(): number {
    if (this.#sshPort === 0) throw new Error(`${this.name} is off`);
    return this.#sshPort;
  }

  /** @param bootFile For a boot from the network: what DHCP names to the firmware. */
  async powerOn(bootFile?: string): Promise<void> {
    if (this.#running !== undefined) return;
    const { files, hardware } = this;
    await Promise.all([files.serial, files.qmp].map((path) => rm(path, { force: true })));
    const process = spawnQemu(
      qemuArgs(hardware, files, await accelerator(), bootFile),
      this.#outlive,
    );
    this.#process = process;
    this.#changed(this);
    const ended = process.then((result) => {
      if (this.#process === process) this.#process = undefined;
      if (this.#running?.process === process) this.#running = undefined;
      this.#sshPort = 0;
      this.serial.note(`off (${result.exitCode ?? result.signal ?? 'not started'})`);
      throw new Error(`QEMU ended: ${String((result as ExecaError).stderr)}`);
    });
    ended.catch(() => {});
    const connected = async () => {
      const serial = await connectWhenThere(files.serial);
      serial.setEncoding('utf8').on('data', (text: string) => this.serial.write(text));
      serial.on('error', () => {});
      return await Qmp.connect(files.qmp);
    };
    this.serial.note('on');
    const qmp = await Promise.race([connected(), ended]);
    qmp.on('RESET', ({ guest }: { guest: boolean }) => {
      this.serial.note(guest ? 'reset by the guest' : 'reset from outside');
    });
    this.#running = { process, qmp };
    this.#sshPort = await this.forward(22);
  }

  /**
   * Leads a port of 127.0.0.1 to a port of the guest until the machine is off.
   * @returns the port on this host
   */
  async forward(guestPort: number, guestAddress: string = guestNetwork.dhcpAddress) {
    const qmp = this.#qmp();
    const ports = async () =>
      [...(await qmp.human('info usernet')).matchAll(/HOST_FORWARD.*?127\.0\.0\.1\s+(\d+)/g)].map(
        (match) => Number(match[1]),
      );
    const before = await ports();
    const refused = await qmp.human(`hostfwd_add tcp:127.0.0.1:0-${guestAddress}:${guestPort}`);
    const port = (await ports()).find((candidate) => !before.includes(candidate));
    if (port === undefined) throw new Error(`no port for ${guestAddress}:${guestPort}: ${refused}`);
    return port;
  }

  /** The reset button: the machine starts again from its firmware, nothing is written back. */
  async reset(): Promise<void> {
    await this.#qmp().execute('system_reset');
  }

  /** The power button, pressed shortly: the guest is asked to shut down. */
  async pressPowerButton(): Promise<void> {
    await this.#qmp().execute('system_powerdown');
  }

  /** The plug is pulled. */
  async powerOff(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    // `quit`, not a signal: the overlay's own tables must be whole for the next power-on.
    await running.qmp.execute('quit').catch(() => {});
    await this.#end(running);
  }

  /** Waits until the guest has switched the machine off. */
  async waitForOff(timeoutSeconds: number): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    const ended = await Promise.race([
      running.process.then(() => true),
      sleep(timeoutSeconds * 1000, false, { ref: false }),
    ]);
    if (!ended) {
      throw new Error(
        `${this.name} is still on after ${timeoutSeconds} s\n${this.serial.tail(15)}`,
      );
    }
    running.qmp.close();
  }

  /** Ends the machine for good: no process, no disk, no files but the log. */
  async stop(): Promise<void> {
    await this.powerOff();
    // One that is just starting does not listen yet.
    const starting = this.#process;
    starting?.kill('SIGKILL');
    await starting;
    this.serial.close();
    await rm(this.#folder, { recursive: true, force: true });
    folders.delete(this.#folder);
  }

  #qmp(): Qmp {
    if (this.#running === undefined) throw new Error(`${this.name} is off`);
    return this.#running.qmp;
  }

  async #end({ process, qmp }: Running): Promise<void> {
    const ended = await Promise.race([
      process.then(() => true),
      sleep(5000, false, { ref: false }),
    ]);
    if (!ended) process.kill('SIGKILL');
    await process;
    qmp.close();
  }
}

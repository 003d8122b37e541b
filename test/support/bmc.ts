/** A real IPMI 2.0 BMC: openipmi's ipmi_sim, whose machine is a process that it starts and stops. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { freeUdpPort } from './udp.ts';

/** Called by the BMC: `chassis get|set NAME [VALUE]`, to be answered by `NAME:VALUE` lines. */
const chassis = (folder: string) => `#!/bin/sh
cd '${folder}' || exit 1
echo "$*" >> orders
on() { read -r pid 2>/dev/null < pid && [ -d "/proc/$pid" ] && ! grep -q '^State:.Z' "/proc/$pid/status"; }
verb=$1; shift
die() { kill -9 "$(cat sim.pid)"; }
if [ "$verb" = get ]; then
  [ ! -e told ] || die
  for name; do
    case $name in
    power) if on; then echo power:1; else echo power:0; fi ;;
    boot) echo "boot:$(cat boot 2>/dev/null || echo default)" ;;
    esac
  done
  exit 0
fi
[ "$verb" = set ] || exit 1
[ ! -e deaf ] || exit 0
case $1 in
# Whatever goes on must not hold the pipe that the BMC reads to its end.
power) if [ "$2" = 1 ]; then on || ./start > start.log 2>&1 < /dev/null; else on && ./stop off > stop.log 2>&1; fi ;;
reset) on && ./reset > reset.log 2>&1 ;;
shutdown) on && ./stop soft > stop.log 2>&1 ;;
boot) echo "$2" > boot ;;
esac
[ ! -e dying ] || die
[ ! -e 'dying-later' ] || : > told
exit 0
`;

const lan = (folder: string, port: number, password: string) => `name "bmc"
set_working_mc 0x20
  startlan 1
    addr 127.0.0.1 ${port}
    priv_limit admin
    allowed_auths_callback none md2 md5 straight
    allowed_auths_user none md2 md5 straight
    allowed_auths_operator none md2 md5 straight
    allowed_auths_admin none md2 md5 straight
    guid a123456789abcdefa123456789abcdef
  endlan
  chassis_control "${folder}/chassis"
  user 1 true "" "" user 10 none md2 md5 straight
  user 2 true "admin" "${password}" admin 10 none md2 md5 straight
  user 3 true "guest" "guest-pw" user 10 none md2 md5 straight
`;

const emulated = `mc_setbmc 0x20
mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr
sel_enable 0x20 1000 0x0a
mc_enable 0x20
`;

export interface BmcOptions {
  password?: string;
  /** Shell scripts: start the machine in the background and write its number to `pid`; end it. */
  machine?: { start: string; stop: string; reset: string };
}

const tinyMachine = {
  start: 'setsid sleep infinity & echo $! > pid',
  stop: 'kill $(cat pid); rm -f pid',
  reset: 'kill $(cat pid); setsid sleep infinity & echo $! > pid',
};

export class Bmc {
  readonly folder: string;
  readonly port: number;
  readonly password: string;
  #process: ChildProcess | undefined;

  private constructor(folder: string, port: number, password: string) {
    this.folder = folder;
    this.port = port;
    this.password = password;
  }

  static async start({
    password = 's3cret-of-bmc',
    machine = tinyMachine,
  }: BmcOptions = {}): Promise<Bmc> {
    const folder = await mkdtemp(join(tmpdir(), 'resole-bmc-'));
    const bmc = new Bmc(folder, await freeUdpPort(), password);
    await mkdir(join(folder, 'state'));
    const script = (text: string) => `#!/bin/sh\n${text}\n`;
    const programs = {
      chassis: chassis(folder),
      start: script(machine.start),
      stop: script(machine.stop),
      reset: script(machine.reset),
    };
    for (const [name, text] of Object.entries(programs)) {
      await writeFile(join(folder, name), text);
      await chmod(join(folder, name), 0o755);
    }
    await writeFile(join(folder, 'lan.conf'), lan(folder, bmc.port, password));
    await writeFile(join(folder, 'bmc.emu'), emulated);
    await bmc.power();
    return bmc;
  }

  /** The BMC itself starts (again). */
  async power(): Promise<void> {
    const args = ['-c', 'lan.conf', '-f', 'bmc.emu', '-s', 'state', '-n', '-p'];
    const command = ['setpriv', '--pdeathsig', 'KILL', 'ipmi_sim', ...args];
    const [program = '', ...rest] = command;
    const child = spawn(program, rest, { cwd: this.folder, stdio: 'ignore' });
    this.#process = child;
    await writeFile(join(this.folder, 'sim.pid'), String(child.pid));
    for (let tries = 0; tries < 200; tries += 1) {
      if (child.exitCode !== null) throw new Error('ipmi_sim ended');
      const { stdout } = await execa('ss', ['-Hlun', `sport = :${this.port}`]);
      if (stdout !== '') return;
      await sleep(20);
    }
    throw new Error('ipmi_sim does not listen');
  }

  /** The BMC itself dies; its machine goes on. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }

  /**
   * From now on it says yes and does nothing; or it does what it is told and dies before it answers,
   * or when it is next asked for the state.
   */
  async misbehave(how: 'deaf' | 'dying' | 'dying-later', yes = true): Promise<void> {
    if (yes) await writeFile(join(this.folder, how), '');
    else for (const name of [how, 'told']) await rm(join(this.folder, name), { force: true });
  }

  /** Everything that the BMC asked of its machine: `set power 1`. */
  async orders(): Promise<string[]> {
    const text = await readFile(join(this.folder, 'orders'), 'utf8').catch(() => '');
    return text.split('\n').filter((line) => line !== '');
  }

  /** The number of the machine's process, where it runs. */
  async machine(): Promise<number | undefined> {
    const pid = Number(await readFile(join(this.folder, 'pid'), 'utf8').catch(() => ''));
    if (pid === 0) return undefined;
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => 'State:\tZ');
    return /^State:\s+Z/m.test(status) ? undefined : pid;
  }

  async isOn(): Promise<boolean> {
    return (await this.machine()) !== undefined;
  }

  /** Ends the BMC and its machine; nothing is left. */
  async stop(): Promise<void> {
    await this.kill();
    const pid = await this.machine();
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
    await rm(this.folder, { recursive: true, force: true });
  }
}

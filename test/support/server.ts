/** An existing server with the agent on it, as an operator would have put it there. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ControllerProcess } from './controller.ts';
import { type OldOs, oldOsUp } from './old-os.ts';
import { copyTo, type Guest, runScript, waitForSsh } from './ssh.ts';
import { Vm, type VmOptions } from './vm.ts';

export interface Server {
  vm: Vm;
  guest: Guest;
  /** Name in the inventory. */
  name: string;
}

type Options = Pick<
  VmOptions,
  'cpus' | 'uefi' | 'memoryMiB' | 'extra' | 'logFile' | 'outlive' | 'changed'
> & {
  name: string;
  /** Runs in the guest before the agent is enrolled. */
  prepare?: (guest: Guest, vm: Vm) => Promise<void>;
};

/** Installs the executable and its unit, gives it the token by a file, and starts it. */
const installAgent = `
chmod 755 /usr/local/bin/resole-agent
mkdir -p /etc/resole
( umask 077; cat > /etc/resole/join-token ) <<EOF
$1
EOF
printf 'controller: %s\\njoinTokenFile: /etc/resole/join-token\\n' "$2" > /etc/resole/agent.yaml
systemctl daemon-reload
systemctl enable --quiet --now resole-agent
`;

/** Boots the old OS, which has no agent. */
export const startBareServer = async (
  old: OldOs,
  { name, prepare, ...vmOptions }: Options,
): Promise<Server> => {
  const vm = await Vm.start({ ...vmOptions, name, base: old.base });
  try {
    await vm.serial.waitFor(oldOsUp, { timeoutSeconds: 400 });
    const guest: Guest = { port: vm.sshPort, key: old.key };
    await waitForSsh(guest, 120);
    await runScript(guest, `echo ${name} > /etc/hostname; hostname ${name}`);
    await prepare?.(guest, vm);
    return { vm, guest, name };
  } catch (error) {
    await vm.stop();
    throw error;
  }
};

/** The same with the packaged agent, enrolled and connected. */
export const startServer = async (
  controller: ControllerProcess,
  old: OldOs,
  options: Options,
): Promise<Server> => {
  const server = await startBareServer(old, options);
  try {
    await enrolServer(controller, server.guest);
    await waitForAgent(controller, server.name);
    return server;
  } catch (error) {
    await server.vm.stop();
    throw error;
  }
};

/** What the operator does on a server that already runs. */
export const enrolServer = async (controller: ControllerProcess, guest: Guest): Promise<void> => {
  const { agentDir } = controller.options;
  const { token } = await controller.cli<{ token: string }>(['token', 'create']);
  await copyTo(guest, join(agentDir, 'resole-agent-x86_64'), '/usr/local/bin/resole-agent');
  const unit = '/etc/systemd/system/resole-agent.service';
  await copyTo(guest, join(agentDir, 'resole-agent.service'), unit);
  await runScript(guest, installAgent, [token, controller.guestUrl]);
};

type Seen = { systemName: string; online: boolean };

/** Waits until the system's agent holds a session. */
export const waitForAgent = async (
  controller: ControllerProcess,
  system: string,
  timeoutSeconds = 300,
): Promise<void> => {
  const end = Date.now() + timeoutSeconds * 1000;
  for (;;) {
    const agents = await controller.get<Seen[]>('/v1/agents');
    if (agents.some((agent) => agent.systemName === system && agent.online)) return;
    if (Date.now() > end)
      throw new Error(`the agent of ${system} did not connect in ${timeoutSeconds} s`);
    await sleep(500);
  }
};

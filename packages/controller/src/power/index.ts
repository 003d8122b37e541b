/** The registry: every driver, once. */
import type { RealDriver } from '../plan/switch.ts';
import { type AgentPower, agentDriver } from './agent.ts';
import { command } from './command.ts';
import type { PowerDriver } from './driver.ts';
import { fence } from './fence/driver.ts';
import { type GuestPower, guestDriver } from './guest.ts';
import { ipmi } from './ipmi/driver.ts';
import { libvirt } from './libvirt.ts';
import { redfish } from './redfish/driver.ts';
import { wakeOnLan } from './wake-on-lan.ts';

/** Drivers by name; `auto` is none of them but the choice between them. */
export type PowerDrivers = Readonly<Record<RealDriver, PowerDriver>>;

export const powerDrivers = (agent: AgentPower, guest: GuestPower) =>
  ({
    agent: agentDriver(agent),
    guest: guestDriver(guest),
    ipmi,
    redfish,
    fence,
    'wake-on-lan': wakeOnLan,
    libvirt,
    command,
  }) satisfies PowerDrivers;

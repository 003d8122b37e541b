/**
 * Fence agents that hand the password on as an argument of another program, where any user of the
 * controller may see it: ipmitool overwrites it, which takes it a moment, others leave it there.
 * From their sources (fence-agents 4.12); a test reads those installed.
 */
import type { ResoleError } from '@resole/protocol';
import type { PowerTarget } from '../driver.ts';
import { notConfigured } from '../failures.ts';
import type { FenceMetadata } from './metadata.ts';

interface Exposure {
  /** Whose arguments the password is in. */
  shownBy: string;
  /** What does the same without that. */
  instead?: string;
  /** There is a driver that is as good: refused until the operator accepts it. */
  refused: boolean;
}

const ipmitool: Exposure = { shownBy: 'ipmitool', instead: 'the driver ipmi', refused: true };
const snmp: Exposure = { shownBy: 'snmpget and snmpset', refused: false };

const exposures: Readonly<Record<string, Exposure>> = {
  // One program under seven names.
  fence_idrac: ipmitool,
  fence_ilo3: ipmitool,
  fence_ilo4: ipmitool,
  fence_ilo5: ipmitool,
  fence_imm: ipmitool,
  fence_ipmilan: ipmitool,
  fence_ipmilanplus: ipmitool,
  fence_apc_snmp: { ...snmp, instead: 'fence_apc (SSH)' },
  fence_cisco_mds: snmp,
  fence_eaton_snmp: snmp,
  fence_emerson: snmp,
  fence_ibmblade: { ...snmp, instead: 'fence_bladecenter (SSH)' },
  fence_ifmib: snmp,
  fence_intelmodular: snmp,
  fence_ipdu: snmp,
  fence_lindypdu: snmp,
  fence_tripplite_snmp: snmp,
  fence_vmware: {
    shownBy: 'vmware-cmd or vmrun',
    instead: 'fence_vmware_soap or fence_vmware_rest',
    refused: false,
  },
};

/**
 * @param metadata of the program, where it has been asked already: other versions have other names,
 * and the parameter with the path of the program that they run.
 */
export const exposureOf = (program: string, metadata?: FenceMetadata): Exposure | undefined => {
  const { ipmitool_path, snmpget_path } = metadata?.parameters ?? {};
  return exposures[program] ?? (ipmitool_path ? ipmitool : snmpget_path ? snmp : undefined);
};

const sentence = (program: string, { shownBy }: Exposure): string =>
  `${program} gives ${shownBy} the password as an argument, where any user of the controller may see it`;

export const warningsOfProgram = (program: string): string[] => {
  const exposure = exposureOf(program);
  if (exposure === undefined) return [];
  const { instead } = exposure;
  return [`${sentence(program, exposure)}${instead === undefined ? '' : `: use ${instead}`}`];
};

/** Why the program isn't run, unless the operator has accepted what it does. */
export const refusalOf = (
  target: PowerTarget,
  program: string,
  metadata?: FenceMetadata,
): ResoleError | undefined => {
  const exposure = exposureOf(program, metadata);
  if (!exposure?.refused) return undefined;
  return notConfigured(
    target,
    sentence(program, exposure),
    `use the driver ipmi: \`resole system edit ${target.name} --unset power.options --power-driver ipmi\`; or accept it: \`--power-option argv_password=allowed\``,
  );
};

import { gunzipSync } from 'node:zlib';
import type { Facts } from '@resole/protocol';
import { hasProgram, type Machine, text } from './machine.ts';

/**
 * Whether another kernel can be started from this one: kexec-tools, a kernel built with it, and
 * nobody forbidding it (kernel.kexec_load_disabled, lockdown).
 */
export async function readKexec(machine: Machine, kernel: string): Promise<Facts['kexec']> {
  const [program, loaded, disabled, lockdown, config] = await Promise.all([
    hasProgram(machine, 'kexec'),
    text(machine, '/sys/kernel/kexec_loaded'),
    text(machine, '/proc/sys/kernel/kexec_load_disabled'),
    text(machine, '/sys/kernel/security/lockdown'),
    kernelConfig(machine, kernel),
  ]);
  const supported = program && loaded !== undefined && disabled !== '1';
  const fileLoad = supported && /^CONFIG_KEXEC_FILE=y$/m.test(config ?? '');
  if (supported && config === undefined) {
    machine.note("the kernel's build configuration is nowhere: kexec_file_load is assumed missing");
  }
  // kernel_lockdown(7): in either mode only kexec_file_load with a signature is left.
  const locked = /\[(integrity|confidentiality)\]/.test(lockdown ?? '');
  return { available: supported && (!locked || fileLoad), fileLoad };
}

async function kernelConfig(machine: Machine, kernel: string): Promise<string | undefined> {
  for (const path of [`/boot/config-${kernel}`, `/usr/lib/modules/${kernel}/config`]) {
    const found = await text(machine, path);
    if (found !== undefined) return found;
  }
  const packed = await machine.bytes('/proc/config.gz');
  return packed && gunzipSync(packed).toString();
}

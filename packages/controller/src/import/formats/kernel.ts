/** Of what architecture a program or kernel is, by its first bytes. */
import type { Arch } from '@resole/protocol';

/** Enough of a file for `archOf`. */
export const headBytes = 4096;

/** `e_machine` of ELF (elf.h) and `Machine` of PE (Microsoft's PE format). */
const elfMachines: Readonly<Record<number, Arch>> = { 62: 'x86_64', 183: 'aarch64' };
const peMachines: Readonly<Record<number, Arch>> = { 34404: 'x86_64', 43620: 'aarch64' };

/**
 * Reads the header of an ELF program, of a PE program (EFI, and kernels packed as one), or of a
 * kernel image: x86's boot protocol (Documentation/arch/x86/boot.rst) or arm64's (booting.rst).
 */
export function archOf(head: Buffer): Arch | undefined {
  if (head.length >= 20 && head.readUInt32BE(0) === 0x7f454c46) {
    return elfMachines[head[5] === 2 ? head.readUInt16BE(18) : head.readUInt16LE(18)];
  }
  if (head.length >= 0x40 && head.toString('latin1', 0x38, 0x3c) === 'ARM\x64') return 'aarch64';
  // xloadflags (from protocol 2.12 on), bit 0: the kernel has a 64-bit entry point.
  if (head.length >= 0x238 && head.toString('latin1', 0x202, 0x206) === 'HdrS') {
    if (head.readUInt16LE(0x206) >= 0x20c) return head.readUInt8(0x236) & 1 ? 'x86_64' : undefined;
    return 'x86_64';
  }
  if (head.length >= 0x40 && head.toString('latin1', 0, 2) === 'MZ') {
    const at = head.readUInt32LE(0x3c);
    if (at + 6 > head.length || head.toString('latin1', at, at + 4) !== 'PE\0\0') return undefined;
    return peMachines[head.readUInt16LE(at + 4)];
  }
  return undefined;
}

/**
 * The release that an x86 kernel says it is, as `6.1.0-18-amd64` (`kernel_version` of the boot
 * protocol, a pointer into the setup code: 64 KiB of the file are enough).
 */
export function kernelRelease(head: Buffer): string | undefined {
  if (head.length < 0x210 || head.toString('latin1', 0x202, 0x206) !== 'HdrS') return undefined;
  const pointer = head.readUInt16LE(0x20e);
  if (pointer === 0) return undefined;
  const text = head.toString('latin1', pointer + 0x200, pointer + 0x200 + 128);
  return text.match(/^\d+\.[\w.+~-]+/)?.[0];
}

/** The smallest guests that say that they run: a boot sector for any firmware, and a kernel for boot loaders. */
import { writeFile } from 'node:fs/promises';
import { execa } from 'execa';

/**
 * A boot sector that writes one line to the first serial port and halts. Disks, ISOs (El Torito
 * without emulation) and PXE all load such a program at 0x7C00 in real mode; it is the same
 * wherever its segment lies.
 */
export const bootProgram = (line: string): Buffer => {
  const code = Buffer.from([
    ...[0xfc, 0xe8, 0x00, 0x00], // cld; call the next instruction
    ...[0x5e, 0x0e, 0x1f], // pop si (where we are); push cs; pop ds
    ...[0x83, 0xc6, 0x14], // add si, 20: the text, counted from there
    ...[0xba, 0xf8, 0x03], // mov dx, 0x3f8: the port
    ...[0xac, 0x84, 0xc0], // lodsb; test al, al
    ...[0x74, 0x03], // jz over
    ...[0xee, 0xeb, 0xf8], // out dx, al; jmp back to lodsb
    ...[0xf4, 0xeb, 0xfd], // hlt; jmp back to it
  ]);
  const program = Buffer.alloc(512);
  program.set(code);
  program.write(`${line}\r\n\0`, code.length, 'latin1');
  program.writeUInt16LE(0xaa55, 510);
  return program;
};

/** Makes an ISO that boots the program. */
export const bootIso = async (line: string, file: string): Promise<void> => {
  const program = `${file}.boot`;
  await writeFile(program, bootProgram(line));
  await execa('genisoimage', [
    ...['-quiet', '-b', 'program', '-no-emul-boot', '-boot-load-size', '1', '-c', 'catalogue'],
    ...['-o', file, '-graft-points', `program=${program}`],
  ]);
};

/** `mov dx, 0x3f8`: the first serial port, which `out dx, al` then writes to. */
export const toSerial = [0xba, 0xf8, 0x03];
/** Prints a newline and stays. */
export const end = [0xb0, 0x0a, 0xee, 0xfa, 0xf4, 0xeb, 0xfd];

/** A Linux kernel as far as boot loaders see (Documentation/arch/x86/boot.rst): prints its arguments. */
export const tinyKernel = (): Buffer => {
  const file = Buffer.alloc(4096);
  file.writeUInt8(1, 0x1f1); // one sector of set-up code after the boot sector
  file.writeUInt32LE((file.length - 1024) / 16, 0x1f4);
  file.writeUInt16LE(0xaa55, 0x1fe);
  file.set([0xeb, 0x6e], 0x200); // jump to 0x270
  file.write('HdrS', 0x202, 'latin1');
  file.writeUInt16LE(0x0203, 0x206);
  file.writeUInt8(1, 0x211); // the rest is loaded high
  file.writeUInt32LE(0x37ffffff, 0x22c); // where an initrd may lie
  const segment = [0x66, 0xa1, 0x28, 0x02, 0x89, 0xc6, 0x83, 0xe6, 0x0f, 0x66, 0xc1, 0xe8, 0x04];
  const print = [0xac, 0x84, 0xc0, 0x74, 0x03, 0xee, 0xeb, 0xf8];
  file.set([...segment, 0x8e, 0xd8, ...toSerial, ...print, ...end], 0x270);
  return file;
};

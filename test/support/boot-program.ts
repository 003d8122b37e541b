/** The smallest guest that says that it runs: 512 bytes which firmware boots from anywhere. */
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

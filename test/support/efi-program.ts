/** The smallest EFI program that says that it runs: it stands for a kernel with an EFI stub. */

/**
 * `LoadedImage = HandleProtocol(image, guid)`; each of its load options' UTF-16 characters to the
 * first serial port; a newline; stay. Position-independent.
 */
const code = Buffer.from(
  [
    '534883ec30', // push rbx; sub rsp, 48
    '488b4260488d1531000000', // mov rax, [rdx+96] (BootServices); lea rdx, guid
    '4c8d442428ff9098000000', // lea r8, [rsp+40]; call [rax+152] (HandleProtocol)
    '488b5c24288b4b30488b7338', // ecx, rsi: LoadOptionsSize, LoadOptions
    'd1e966baf803', // shr ecx, 1; mov dx, 0x3f8
    '67e30b66adffc984c07403eeebf2', // until the end or a NUL: lodsw; out dx, al
    'b00aeef4ebfd', // newline; hlt for ever
    'a1311b5b6295d2118e3f00a0c969723b', // EFI_LOADED_IMAGE_PROTOCOL_GUID
  ].join(''),
  'hex',
);

/** A PE32+ image of one section (Microsoft's PE format), for UEFI on x86_64: prints its load options. */
export const efiProgram = (): Buffer => {
  const file = Buffer.alloc(0x400);
  file.write('MZ', 0, 'latin1');
  file.writeUInt32LE(0x40, 0x3c);
  file.write('PE\0\0', 0x40, 'latin1');
  file.writeUInt16LE(0x8664, 0x44); // x86_64
  file.writeUInt16LE(1, 0x46); // sections
  file.writeUInt16LE(0xf0, 0x54); // size of the optional header
  file.writeUInt16LE(0x22, 0x56); // executable, large addresses
  const optional = 0x58;
  file.writeUInt16LE(0x20b, optional); // PE32+
  file.writeUInt32LE(0x200, optional + 4); // size of code
  file.writeUInt32LE(0x1000, optional + 16); // entry point
  file.writeUInt32LE(0x1000, optional + 20); // base of code
  file.writeUInt32LE(0x1000, optional + 32); // alignment of sections in memory
  file.writeUInt32LE(0x200, optional + 36); // and in the file
  file.writeUInt32LE(0x2000, optional + 56); // size in memory
  file.writeUInt32LE(0x200, optional + 60); // size of headers
  file.writeUInt16LE(10, optional + 68); // an EFI application
  file.writeUInt32LE(16, optional + 108); // data directories, all empty
  const section = optional + 0xf0;
  file.write('.text', section, 'latin1');
  file.writeUInt32LE(code.length, section + 8);
  file.writeUInt32LE(0x1000, section + 12); // where in memory
  file.writeUInt32LE(0x200, section + 16); // size in the file
  file.writeUInt32LE(0x200, section + 20); // where in the file
  file.writeUInt32LE(0x60000020, section + 36); // code, executable, readable
  file.set(code, 0x200);
  return file;
};

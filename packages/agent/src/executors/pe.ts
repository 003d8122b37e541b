/**
 * Secure Boot signatures of kernels, by Microsoft's "PE Format": a Linux kernel with an EFI stub is
 * a PE32+ image, and its signatures lie where data directory 4 (certificate table) points to. Pure.
 */

const DOS_PE_POINTER = 0x3c;
const COFF_HEADER = 24;
const PE32 = 0x10b;
const PE32_PLUS = 0x20b;
/** Index of the certificate table among the data directories. */
const CERTIFICATES = 4;

/**
 * Whether a PE image carries a signature. It says nothing of who signed: the firmware or the
 * running kernel decide that; it only tells a kernel that will certainly be refused.
 */
export function isSignedPe(image: Uint8Array): boolean {
  const view = new DataView(image.buffer, image.byteOffset, image.byteLength);
  if (image.length < 64 || text(image, 0, 2) !== 'MZ') return false;
  const pe = view.getUint32(DOS_PE_POINTER, true);
  if (pe + COFF_HEADER + 2 > image.length || text(image, pe, 4) !== 'PE\0\0') return false;
  const optional = pe + COFF_HEADER;
  const magic = view.getUint16(optional, true);
  if (magic !== PE32 && magic !== PE32_PLUS) return false;
  // The directories follow the count, at 92 (PE32) or 108 (PE32+) bytes into the optional header.
  const count = optional + (magic === PE32 ? 92 : 108);
  const entry = count + 4 + CERTIFICATES * 8;
  if (entry + 8 > image.length || view.getUint32(count, true) <= CERTIFICATES) return false;
  const offset = view.getUint32(entry, true);
  const size = view.getUint32(entry + 4, true);
  return offset > 0 && size > 8 && offset + size <= image.length;
}

const text = (image: Uint8Array, start: number, length: number): string =>
  String.fromCharCode(...image.subarray(start, start + length));

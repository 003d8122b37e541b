/** Which file systems are on an ISO: the volume recognition sequence of ECMA-167 (2/8). */
import { open } from 'node:fs/promises';

const sector = 2048;
/** The first 16 sectors belong to the system. */
const firstSector = 16;
const mostDescriptors = 64;

/** `udf` where the medium has UDF, even beside ISO 9660: Windows' media carry all only there. */
export async function isoFormat(path: string): Promise<'udf' | 'iso9660' | undefined> {
  const file = await open(path);
  try {
    let iso = false;
    for (let index = 0; index < mostDescriptors; index += 1) {
      const { buffer, bytesRead } = await file.read(
        Buffer.alloc(7),
        0,
        7,
        (firstSector + index) * sector,
      );
      const id = bytesRead < 7 ? '' : buffer.toString('latin1', 1, 6);
      if (id === 'NSR02' || id === 'NSR03') return 'udf';
      if (id === 'CD001') iso = true;
      else if (id !== 'BEA01' && id !== 'BOOT2' && id !== 'TEA01') break;
    }
    return iso ? 'iso9660' : undefined;
  } finally {
    await file.close();
  }
}

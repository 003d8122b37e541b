/** The description of the images in a WIM file (Microsoft's "Windows Imaging File Format", 2007). */
import type { Probe } from '../signature.ts';
import type { TreeReader } from '../tree.ts';

/** The header names the place of the XML: 7 bytes of size, flags, 8 bytes of offset. */
const headerBytes = 208;
const xmlEntry = 0x48;
const largestXml = 16 * 1024 * 1024;

/** `<WIM>…` as text, or undefined where the file is no WIM. */
export async function wimDescription(
  reader: TreeReader,
  path: string,
): Promise<string | undefined> {
  const header = await reader.read(path, { offset: 0, length: headerBytes });
  if (!header || header.length < headerBytes) return undefined;
  if (header.toString('latin1', 0, 8) !== 'MSWIM\0\0\0') return undefined;
  const length = header.readUIntLE(xmlEntry, 6);
  const offset = Number(header.readBigUInt64LE(xmlEntry + 8));
  if (length === 0 || length > largestXml) return undefined;
  const xml = await reader.read(path, { offset, length });
  return xml?.toString('utf16le').replace(/^\uFEFF/, '');
}

/** `<ARCH>` is PROCESSOR_ARCHITECTURE_* of winnt.h. */
const arches: Readonly<Record<string, string>> = { '9': 'x86_64', '12': 'aarch64', '0': 'x86' };

/** Build numbers at which a release began: the last one that is not above the medium's. */
const servers: readonly [number, string][] = [
  [9200, '2012'],
  [9600, '2012r2'],
  [14393, '2016'],
  [17763, '2019'],
  [20348, '2022'],
  [26100, '2025'],
];
const clients: readonly [number, string][] = [
  [7600, '7'],
  [9200, '8'],
  [9600, '8.1'],
  [10240, '10'],
  [22000, '11'],
];

/** Version, architecture and build of the Windows that a medium installs. */
export const windowsFacts: Probe = async (reader, path) => {
  const xml = await wimDescription(reader, path);
  const tag = (name: string) => xml?.match(new RegExp(`<${name}>([^<]*)</${name}>`))?.[1]?.trim();
  const build = Number(tag('BUILD'));
  if (xml === undefined || !Number.isInteger(build)) return undefined;
  const server = /<INSTALLATIONTYPE>Server|<PRODUCTTYPE>ServerNT|Windows Server/.test(xml);
  const table = server ? servers : clients;
  const version = table.filter(([from]) => build >= from).at(-1)?.[1];
  const arch = arches[tag('ARCH') ?? ''];
  return {
    version: version ?? `build${build}`,
    build: String(build),
    ...(arch === undefined ? {} : { arch }),
  };
};

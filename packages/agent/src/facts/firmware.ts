import type { Facts } from '@resole/protocol';
import { type Machine, text } from './machine.ts';

/** Variables of the UEFI specification (globals) and of the Boot Loader Interface. */
const efivars = '/sys/firmware/efi/efivars';
const globalGuid = '8be4df61-93ca-11d2-aa0d-00e098032b8c';
const loaderGuid = '4a67b082-0a4c-41cf-b6c7-440b29bb8c4f';

/** UUIDs that careless vendors put into every machine: no identity. */
const worthless = new Set([
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  '03000200-0400-0500-0006-000700080009',
  '12345678-1234-5678-90ab-cddeefaabbcc',
]);

export async function readFirmware(
  machine: Machine,
): Promise<Pick<Facts, 'bootMode' | 'secureBoot' | 'machineUuid'>> {
  const bootMode = await readBootMode(machine);
  const secureBoot =
    bootMode === 'uefi' && (await efiVariable(machine, `SecureBoot-${globalGuid}`))?.[0] === 1;
  const machineUuid = (await text(machine, '/sys/class/dmi/id/product_uuid'))?.toLowerCase();
  return {
    bootMode,
    secureBoot,
    ...(isIdentity(machineUuid) ? { machineUuid } : {}),
  };
}

async function readBootMode(machine: Machine): Promise<Facts['bootMode']> {
  if ((await machine.list('/sys/firmware/efi')).length === 0) return 'bios';
  if ((await machine.list(efivars)).length === 0) {
    machine.note(`${efivars} is not mounted: Secure Boot and the bootloader can't be asked for`);
  }
  return 'uefi';
}

/** How the bootloader that started this OS calls itself; undefined where it doesn't say. */
export async function readLoaderInfo(machine: Machine): Promise<string | undefined> {
  const data = await efiVariable(machine, `LoaderInfo-${loaderGuid}`);
  return data && new TextDecoder('utf-16le').decode(data).replace(/\0.*$/s, '');
}

/** A variable's data; efivarfs puts four bytes of attributes in front. */
async function efiVariable(machine: Machine, name: string): Promise<Uint8Array | undefined> {
  return (await machine.bytes(`${efivars}/${name}`))?.subarray(4);
}

const isIdentity = (uuid: string | undefined): uuid is string =>
  uuid !== undefined &&
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(uuid) &&
  !worthless.has(uuid);

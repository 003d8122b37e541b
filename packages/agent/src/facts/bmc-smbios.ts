/** What SMBIOS says of management controllers, as dmidecode(8) prints it. */
export interface Bmc38 {
  ipmi: boolean;
  redfish: boolean;
  /** Of the Redfish service, as the host reaches it. */
  address?: string;
}

/** @param text of `dmidecode --type 38 --type 42`. */
export const bmcOfSmbios = (text: string): Bmc38 | undefined => {
  const tables = text.split(/\n(?=Handle )/);
  const ipmi = tables.some(
    (table) => /DMI type 38,/.test(table) && !/Interface Type: (Unknown|OEM)/.test(table),
  );
  const host = tables.find((table) => /DMI type 42,/.test(table) && /Redfish over IP/i.test(table));
  if (!ipmi && host === undefined) return undefined;
  const address = /Redfish Service IP Address: *(\S+)/.exec(host ?? '')?.[1];
  // An interface that is for this host alone (RFC 3927) leads nowhere from the controller.
  const usable = address !== undefined && !/^(0\.0\.0\.0|169\.254\.|::$|fe80:)/i.test(address);
  return { ipmi, redfish: host !== undefined, ...(usable ? { address } : {}) };
};

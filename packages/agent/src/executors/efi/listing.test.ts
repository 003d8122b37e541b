import { expect, test } from 'vitest';
import { parseListing } from './listing.ts';

test("efibootmgr's listing, of versions 17 and 18", () => {
  const text = `BootNext: 0007
BootCurrent: 0001
Timeout: 0 seconds
BootOrder: 0001,0000,0002
Boot0000* UiApp
Boot0001* debian\tHD(1,GPT,…)/File(\\EFI\\debian\\shimx64.efi)
Boot0002  Old Disk
Boot0007* Resole job_aaaaaaaaaaaaaaaaaaaa\tHD(2,GPT,…)/\\EFI\\resole\\kernel quiet
MirroredPercentageAbove4G: 0.00
`;
  expect(parseListing(text)).toEqual({
    bootNext: '0007',
    entries: [
      { number: '0000', label: 'UiApp' },
      { number: '0001', label: 'debian' },
      { number: '0002', label: 'Old Disk' },
      { number: '0007', label: 'Resole job_aaaaaaaaaaaaaaaaaaaa' },
    ],
  });
  expect(parseListing('')).toEqual({ bootNext: undefined, entries: [] });
});

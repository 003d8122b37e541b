import { expect, test } from 'vitest';
import type { Run } from '../../exec.ts';
import { removeLeftEntries } from './leftovers.ts';

test('entries of jobs go, all others stay', async () => {
  const ran: string[] = [];
  const run: Run = async (command, args) => {
    ran.push([command, ...args].join(' '));
    return `BootCurrent: 0001
Boot0000* Resole job_aaaaaaaaaaaaaaaaaaaa\tHD(2,GPT,…)/\\EFI\\resole\\kernel quiet
Boot0001* debian\tHD(1,GPT,…)/File(\\EFI\\debian\\shimx64.efi)
Boot0002* Resole job_of mine
Boot000A* Resole job_bbbbbbbbbbbbbbbbbbbb
`;
  };
  expect(await removeLeftEntries(run)).toEqual([
    'Resole job_aaaaaaaaaaaaaaaaaaaa',
    'Resole job_bbbbbbbbbbbbbbbbbbbb',
  ]);
  expect(ran).toEqual(
    [
      'efibootmgr ',
      'efibootmgr --delete-bootnum --bootnum 0000',
      'efibootmgr --delete-bootnum --bootnum 000A',
    ].map((line) => line.trim()),
  );
});

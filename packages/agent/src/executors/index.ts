/** Every step that an agent can execute; the compiler checks that none is missing. */
import type { Executors } from '../ports.ts';
import { armKexec } from './arm-kexec.ts';
import { armSystemdBoot } from './arm-systemd-boot.ts';
import { checkHost } from './check-host.ts';
import { armEfi } from './efi/arm-efi.ts';
import { fetchFile } from './fetch-file.ts';
import { armGrub } from './grub/arm-grub.ts';
import { handOver } from './hand-over.ts';
import { updateAgent } from './update/update-agent.ts';
import { checkVirtHost } from './virt/check-virt-host.ts';
import { createGuest } from './virt/create-guest.ts';
import { guest } from './virt/guest.ts';
import { removeGuestStep } from './virt/remove-guest.ts';

export const executors: Executors = {
  'check-host': checkHost,
  'fetch-file': fetchFile,
  'arm-kexec': armKexec,
  'arm-grub': armGrub,
  'arm-systemd-boot': armSystemdBoot,
  'arm-efi': armEfi,
  'update-agent': updateAgent,
  'check-virt-host': checkVirtHost,
  'remove-guest': removeGuestStep,
  'create-guest': createGuest,
  guest,
  'hand-over': handOver,
};

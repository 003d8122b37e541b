import { agentPackage } from './agent-package.ts';
import { agentUpdate } from './agent-update.ts';
import { bmcPxe } from './bmc-pxe.ts';
import { efiBootNext } from './efi-boot-next.ts';
import { enchant } from './enchant.ts';
import { fai } from './fai.ts';
import { imageBootOnce } from './image-boot-once.ts';
import { imageKexec } from './image-kexec.ts';
import { kills } from './kills.ts';
import { outage } from './outage.ts';
import { powerTest } from './power.ts';
import { preseedRollback } from './preseed-rollback.ts';
import { refusals } from './refusals.ts';
import { secureBoot } from './secure-boot.ts';
import { systemdBoot } from './systemd-boot.ts';
import { virt } from './virt.ts';
import type { EndToEndTest } from './world.ts';

/** All end-to-end tests by name; the long ones first, so that none is left to run alone at the end. */
export const endToEndTests: Readonly<Record<string, EndToEndTest>> = {
  fai,
  'preseed-rollback': preseedRollback,
  'secure-boot': secureBoot,
  virt,
  outage,
  kills,
  'image-boot-once': imageBootOnce,
  'image-kexec': imageKexec,
  enchant,
  refusals,
  'bmc-pxe': bmcPxe,
  power: powerTest,
  'agent-update': agentUpdate,
  'systemd-boot': systemdBoot,
  'efi-boot-next': efiBootNext,
  'agent-package': agentPackage,
};

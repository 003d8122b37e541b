import {
  type BootMethod,
  type Facts,
  grubRefusals,
  ResoleError,
  type StepName,
} from '@resole/protocol';

export interface Arming {
  method: Exclude<BootMethod, 'pxe' | 'manual'>;
  step: Extract<StepName, `arm-${string}`>;
  /** Where kernel and initrd have to lie for it. */
  destination: 'staging' | 'boot';
  freeBytes: number;
  /** Room on the EFI system partition, where the files are copied to it from there. */
  espFreeBytes?: number;
  reason: string;
}

const kexecRefusal = (facts: Facts): ResoleError | undefined => {
  if (!facts.kexec.available) {
    return new ResoleError('kexec-missing', 'kexec can not be used on this machine', {
      remedy: 'install kexec-tools there, or use --method boot-once',
    });
  }
  if (facts.secureBoot && !facts.kexec.fileLoad) {
    return new ResoleError(
      'kexec-missing',
      'Secure Boot is on and this kernel has no kexec_file_load',
      {
        remedy: 'use --method boot-once',
      },
    );
  }
  return undefined;
};

/** Its keys are Microsoft's and the vendor's; distributions' kernels are vouched for by shim. */
const firmwareRefusal = (): ResoleError =>
  new ResoleError(
    'secure-boot-unsigned',
    "Secure Boot is on: the firmware itself starts no distribution's kernel",
    { remedy: 'use --method kexec' },
  );

/**
 * UEFI firmware needs no GRUB for one boot. The files come by way of the state folder: /boot may be
 * what GRUB can't read.
 */
const armBesideGrub = (facts: Facts, refusal: ResoleError): Arming | undefined => {
  const { bootMode, efibootmgr, secureBoot, esp } = facts;
  // efibootmgr names it by disk and partition number: on RAID or the like there is none.
  if (bootMode !== 'uefi' || !efibootmgr || secureBoot || esp?.stack[0] !== 'part') {
    return undefined;
  }
  return {
    method: 'boot-once',
    step: 'arm-efi',
    destination: 'staging',
    freeBytes: facts.stagingFreeBytes,
    espFreeBytes: esp.freeBytes,
    reason: `by the firmware's BootNext, for ${refusal.message}`,
  };
};

const armByLoader = (facts: Facts): Arming | ResoleError => {
  const loader = facts.bootLoader;
  const boot = (step: Arming['step'], freeBytes: number, reason: string): Arming => ({
    method: 'boot-once',
    step,
    destination: 'boot',
    freeBytes,
    reason,
  });
  if (loader.kind === 'grub') {
    const [refusal] = grubRefusals(loader);
    if (refusal === undefined) {
      return boot('arm-grub', loader.boot.freeBytes, 'by GRUB, for one boot');
    }
    return armBesideGrub(facts, refusal) ?? refusal;
  }
  if (loader.kind === 'systemd-boot') {
    return boot('arm-systemd-boot', loader.boot.freeBytes, 'by systemd-boot, for one boot');
  }
  if (facts.bootMode === 'uefi' && facts.efibootmgr && loader.boot) {
    if (facts.secureBoot) return firmwareRefusal();
    return boot('arm-efi', loader.boot.freeBytes, "by the firmware's BootNext");
  }
  return new ResoleError('bootloader-unsupported', 'no bootloader that can be set for one boot', {
    remedy: 'use --method kexec, or install efibootmgr on a UEFI machine',
  });
};

/**
 * Chooses how the installer is started. `auto` prefers kexec: it touches nothing on disk and skips
 * the firmware, and a reset at any moment leads back to the old OS.
 * @throws ResoleError with the reason, where the wanted way (or, with `auto`, any) is not possible.
 */
export const chooseArming = (facts: Facts, wanted: Arming['method'] | 'auto'): Arming => {
  const noKexec = wanted === 'boot-once' ? undefined : kexecRefusal(facts);
  if (wanted !== 'boot-once' && !noKexec) {
    return {
      method: 'kexec',
      step: 'arm-kexec',
      destination: 'staging',
      freeBytes: facts.stagingFreeBytes,
      reason: 'by kexec: nothing on disk is touched before the installer runs',
    };
  }
  if (wanted === 'kexec' && noKexec) throw noKexec;
  const arming = armByLoader(facts);
  if (!(arming instanceof ResoleError)) return arming;
  if (!noKexec) throw arming;
  throw new ResoleError(arming.code, `${noKexec.message}; ${arming.message}`, {
    remedy: 'install kexec-tools on the machine',
    cause: arming,
  });
};

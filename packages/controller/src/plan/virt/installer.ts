/** Which guests are installed by the profile's own installer, and who starts it. Pure. */
import { type Distro, type Network, ResoleError } from '@resole/protocol';
import { checkImageSigned, known } from '../checks.ts';
import { type CommandLineSource, kernelCommandLine } from '../command-line.ts';
import { families } from '../families.ts';
import { checkForIpxe } from '../ipxe.ts';

/** Its host boots the installer's kernel, or the guest's firmware asks Resole for it. */
export interface Installer {
  by: 'host' | 'firmware';
  commandLine: string;
}

/** @throws ResoleError `start-unsupported` */
const checkKernel = ({ name, family }: Distro): void => {
  if (families[family].startedBy === undefined) return;
  throw new ResoleError(
    'start-unsupported',
    `the installer of ${name} (${family}) can't be started by a kernel`,
    {
      remedy:
        'start the guest from its ISO: --install iso --image IMAGE; ' +
        'or by a boot server of your own: --install pxe',
    },
  );
};

/**
 * Whether Resole answers the guest's firmware: where there is an installer for iPXE to start that
 * reads an answer file, for without nobody would ever say that it is done; and where Resole is to.
 */
const isServed = ({ distro, options }: CommandLineSource): boolean => {
  const { startedBy, bootArgs, answerFile } = families[distro.family];
  return (
    options.netboot !== false &&
    options.virt?.type !== 'lxc' &&
    startedBy === undefined &&
    distro.kernel !== undefined &&
    distro.initrd !== undefined &&
    (options.bootArgs ?? bootArgs) !== undefined &&
    (options.answerFile ?? answerFile) !== undefined
  );
};

const starterOf = (source: CommandLineSource): Installer['by'] | undefined => {
  const way = source.options.virt?.install ?? 'kernel';
  if (way === 'kernel') return 'host';
  return way === 'pxe' && isServed(source) ? 'firmware' : undefined;
};

/**
 * @returns nothing where the guest starts from something else.
 * @throws ResoleError `start-unsupported`, `secure-boot-unsigned`, `artefact-missing`, `template-error`
 */
export const installerOf = (source: CommandLineSource, network: Network): Installer | undefined => {
  const by = starterOf(source);
  if (by === undefined) return undefined;
  const { distro, options } = source;
  checkKernel(distro);
  checkImageSigned(distro, options.virt?.firmware === 'uefi-secure');
  known(distro.kernel, 'kernel', distro.name);
  known(distro.initrd, 'initrd', distro.name);
  const commandLine = kernelCommandLine(source, network);
  if (by === 'firmware') checkForIpxe(commandLine);
  return { by, commandLine };
};

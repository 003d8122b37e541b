/** Scripts for iPXE (https://ipxe.org/scripting): what firmware that boots from the network is told. */
import { ResoleError } from '@resole/protocol';

/** Where firmware asks; DHCP's boot file name points here (docs/reinstall.md). */
export const IPXE_PATH = '/v1/boot/ipxe';

/**
 * For firmware that did not say who it is: it asks again, with the MAC that it boots by. With dashes:
 * a colon anywhere makes old iPXE take what is before it for a scheme.
 */
export const whoScript = `#!ipxe
chain --replace ${IPXE_PATH}?mac=\${netX/mac:hexhyp}
`;

/**
 * Nothing to install: the machine boots as if there were no network boot. UEFI goes on with its boot
 * order when the loader fails; a BIOS often doesn't, so the disk is started from here.
 */
export const diskScript = `#!ipxe
echo Resole: nothing to install, the local disk it is
iseq \${platform} efi && exit 1 ||
sanboot --no-describe --drive 0x80 || exit 1
`;

/** One script that starts an installer; where a file can't be had, the machine boots its disk. */
export const installerScript = (installer: {
  /** For the screen. */
  title: string;
  /** The job's own address. */
  base: string;
  commandLine: string;
}): string => `#!ipxe
echo Resole: ${installer.title}
kernel ${installer.base}/kernel initrd=initrd ${installer.commandLine} || exit 1
initrd --name initrd ${installer.base}/initrd || exit 1
boot || exit 1
`;

/**
 * What iPXE would take for its own: expansions, and words that end or join commands.
 * @throws ResoleError `invalid-input`
 */
export const checkForIpxe = (commandLine: string): void => {
  const bad = commandLine
    .split(' ')
    .find((word) => word.includes('${') || word === '||' || word === '&&' || word.startsWith('#'));
  if (bad === undefined) return;
  throw new ResoleError('invalid-input', `iPXE can't hand ${bad} on to a kernel`, {
    details: [
      { field: 'kernelOptions', problem: 'has a word that iPXE takes for its own', value: bad },
    ],
    remedy: 'take it out of the kernel options or the bootArgs template',
  });
};

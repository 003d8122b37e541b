import { expect, test } from 'vitest';
import { buildFai } from './build.ts';
import { installerPackageConfig } from './packages.ts';

test('a release that FAI was not tried with is refused before anything is made', async () => {
  const build = buildFai({ suite: 'sid', mirror: 'http://x', output: '/nowhere/x', assets: '/x' });
  await expect(build).rejects.toMatchObject({
    code: 'invalid-input',
    remedy: 'take one of: bookworm',
  });
});

test('the installer’s package list, as FAI reads it', () => {
  expect(installerPackageConfig('generic', ['lvm2', 'xfsprogs'])).toMatchInlineSnapshot(`
    "PACKAGES install-norec
    dracut live-boot- initramfs-tools- dracut-config-generic dracut-network dracut-live
    sysvinit-core systemd-sysv-
    fai-nfsroot fai-setup-storage
    curl dosfstools fdisk file gpg isc-dhcp-client iputils-arping less psmisc zstd
    lvm2 xfsprogs

    PACKAGES install-norec AMD64
    linux-image-amd64
    "
  `);
});

import { expect, test } from 'vitest';
import { modulesWithDependencies } from './modules.ts';

const modulesDep = `kernel/fs/fat/fat.ko:
kernel/fs/fat/vfat.ko: kernel/fs/fat/fat.ko
kernel/drivers/char/hw_random/virtio-rng.ko.xz: kernel/drivers/char/hw_random/rng-core.ko.xz
kernel/drivers/char/hw_random/rng-core.ko.xz:
kernel/drivers/net/dummy.ko:
`;

test('modules with what they need, whichever way their names are written', () => {
  expect(modulesWithDependencies(modulesDep, ['vfat', 'virtio_rng', 'built_in'])).toEqual([
    'kernel/drivers/char/hw_random/rng-core.ko.xz',
    'kernel/drivers/char/hw_random/virtio-rng.ko.xz',
    'kernel/fs/fat/fat.ko',
    'kernel/fs/fat/vfat.ko',
  ]);
});

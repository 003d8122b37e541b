/** Kernel modules and their dependencies, read from depmod's text. */

/**
 * Paths of the named modules and of everything that they need, as modules.dep gives them (relative
 * to /lib/modules/VERSION), sorted. Unknown names are left out.
 * @param modulesDep text of modules.dep: `kernel/fs/fat/vfat.ko: kernel/fs/fat/fat.ko`
 */
export function modulesWithDependencies(modulesDep: string, names: readonly string[]): string[] {
  const dependencies = new Map<string, string[]>();
  const pathOf = new Map<string, string>();
  for (const line of modulesDep.split('\n')) {
    const [path, rest = ''] = line.split(':');
    if (path === undefined || path === '') continue;
    dependencies.set(path, rest.split(' ').filter(Boolean));
    pathOf.set(moduleName(path), path);
  }
  const wanted = names.flatMap((name) => pathOf.get(moduleName(name)) ?? []);
  // modules.dep lists dependencies in full, those of dependencies included (modules.dep(5)).
  return [...new Set(wanted.flatMap((path) => [path, ...(dependencies.get(path) ?? [])]))].sort();
}

/** `kernel/drivers/char/virtio-rng.ko.xz` → `virtio_rng`: - and _ are the same to the kernel. */
function moduleName(path: string): string {
  const file = path.slice(path.lastIndexOf('/') + 1);
  return file.replace(/\.ko(\.[a-z0-9]+)?$/, '').replaceAll('-', '_');
}
